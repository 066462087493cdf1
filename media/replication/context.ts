import { type PanelAnswer, type PanelRequest, type Subject } from '../../src/protocol/replicationPanel';
import { type PageContext } from '../shared/page';

export interface SavedState {
  readonly subject?: Subject;
  readonly rangeSeconds?: number;
  readonly filter?: string;
  readonly scroll?: number;
  readonly readinessOpen?: boolean;
}

export type PanelContext = PageContext<PanelRequest, PanelAnswer, SavedState>;
