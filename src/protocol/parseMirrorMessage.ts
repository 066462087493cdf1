import type { MirrorPanelRequest, MirrorSubject } from './mirrorPanel';
import { isObject, parseMessage, type MessageToHost } from './parseMessage';

/** A message from the panel, checked field by field. */
export function parseMirrorMessage(message: unknown): MessageToHost<MirrorPanelRequest> | undefined {
  return parseMessage(message, parseRequest);
}

/** Also what a panel kept of itself for the next start of the window. */
export function parseMirrorSubject(subject: unknown): MirrorSubject | undefined {
  if (!isObject(subject)) return undefined;
  const { kind, name } = subject;
  return kind === 'mirror' && typeof name === 'string' ? { kind, name } : undefined;
}

/** No key and no filter is longer: etcd takes requests of 1.5 MB. */
const longestText = 10_000;

function parseRequest(request: Readonly<Record<string, unknown>>): MirrorPanelRequest | undefined {
  const { kind } = request;
  const text = (name: string): string | undefined => {
    const value = request[name];
    return typeof value === 'string' && value.length <= longestText ? value : undefined;
  };
  switch (kind) {
    case 'refresh':
    case 'copyTicket':
    case 'compare':
      return { kind };
    case 'copy':
      return typeof request['text'] === 'string' ? { kind, text: request['text'] } : undefined;
    case 'filterDrift': {
      const filter = text('filter');
      return filter === undefined ? undefined : { kind, filter };
    }
    case 'openDiff': {
      const key = text('key');
      return key === undefined ? undefined : { kind, key };
    }
    case 'watch':
      return typeof request['on'] === 'boolean' ? { kind, on: request['on'] } : undefined;
    case 'planRunbook': {
      const id = text('id');
      return id === undefined ? undefined : { kind, id };
    }
    default:
      return undefined;
  }
}
