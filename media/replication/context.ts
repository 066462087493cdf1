import { type PanelAnswer, type PanelRequest, type Subject } from '../../src/protocol/replicationPanel';
import { type Failed } from '../shared/rpc';

/** What every section may do: ask the extension, and keep what the operator has set across a reload. */
export interface PanelContext {
  readonly request: (request: PanelRequest, timeoutMs?: number) => Promise<PanelAnswer | Failed>;
  readonly saved: () => SavedState;
  readonly save: (change: Partial<SavedState>) => void;
}

export interface SavedState {
  /** The serializer of the extension restores the panel from it. */
  readonly subject?: Subject;
  readonly rangeSeconds?: number;
  readonly filter?: string;
  readonly scroll?: number;
  readonly readinessOpen?: boolean;
}
