import { isObject, parseMessage, type MessageToHost } from './parseMessage';
import type { PanelRequest, Subject } from './replicationPanel';

/** A message from the panel, checked field by field. */
export function parseToHost(message: unknown): MessageToHost<PanelRequest> | undefined {
  return parseMessage(message, parseRequest);
}

/** Also what a panel kept of itself for the next start of the window. */
export function parseSubject(subject: unknown): Subject | undefined {
  if (!isObject(subject)) return undefined;
  const { kind, key, name } = subject;
  if (kind === 'instance' && typeof key === 'string') return { kind, key };
  if (kind === 'cluster' && typeof name === 'string') return { kind, name };
  return undefined;
}

function parseRequest(request: Readonly<Record<string, unknown>>): PanelRequest | undefined {
  const { kind, text, rangeSeconds } = request;
  switch (kind) {
    case 'refresh':
    case 'copyTicket':
    case 'copyReadiness':
      return { kind };
    case 'readiness':
      return typeof request['open'] === 'boolean' ? { kind, open: request['open'] } : undefined;
    case 'open': {
      const subject = parseSubject(request['subject']);
      return subject && { kind, subject };
    }
    case 'planRunbook': {
      const { id, key, connection } = request;
      if (typeof id !== 'string' || !/^[A-Za-z.]{1,60}$/.test(id) || typeof key !== 'string') return undefined;
      return { kind, id, key, ...(typeof connection === 'string' ? { connection } : {}) };
    }
    case 'copy':
      return typeof text === 'string' ? { kind, text } : undefined;
    case 'history':
      return typeof rangeSeconds === 'number' && rangeSeconds > 0 && rangeSeconds <= 7 * 24 * 3600
        ? { kind, rangeSeconds }
        : undefined;
    default:
      return undefined;
  }
}
