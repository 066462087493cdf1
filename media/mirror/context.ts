import { type MirrorPanelAnswer, type MirrorPanelRequest, type MirrorSubject } from '../../src/protocol/mirrorPanel';
import { type PageContext } from '../shared/page';

export interface SavedState {
  readonly subject?: MirrorSubject;
  readonly scroll?: number;
  readonly rangeSeconds?: number;
}

export type MirrorContext = PageContext<MirrorPanelRequest, MirrorPanelAnswer, SavedState>;
