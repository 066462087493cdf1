import type { HttpFailure } from '../../core/http/answer';
import { systemErrors } from '../systemErrors';
import { tunnelErrorCode } from './tunnelConnector';

type Reason = HttpFailure['reason'];

const byCode: Readonly<Record<string, Reason>> = {
  ...systemErrors,
  [tunnelErrorCode]: 'tunnelFailed',
  UND_ERR_CONNECT_TIMEOUT: 'timedOut',
  UND_ERR_HEADERS_TIMEOUT: 'hung',
  UND_ERR_BODY_TIMEOUT: 'hung',
  UND_ERR_SOCKET: 'lost',
  UND_ERR_CLOSED: 'cancelled',
  UND_ERR_DESTROYED: 'cancelled',
  UND_ERR_ABORTED: 'cancelled',
  // The answer ended before it was as long as it said.
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'lost',
  UND_ERR_HEADERS_OVERFLOW: 'notHttp',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'tooLarge',
  EPROTO: 'tlsFailed',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tlsFailed',
  SELF_SIGNED_CERT_IN_CHAIN: 'tlsFailed',
};

/** What an error of undici or of the system means. Certificates fail under some forty names. */
export function toHttpFailure(error: unknown): HttpFailure {
  const { code, name, message, errors } = error as Readonly<Record<string, unknown>>;
  const text = typeof message === 'string' && message !== '' ? message : String(error);
  // Several addresses were tried: the first one's reason, and the words of all.
  if (Array.isArray(errors) && errors.length > 0) {
    const parts = (errors as unknown[]).map(toHttpFailure);
    return { reason: parts[0]?.reason ?? 'other', text: [...new Set(parts.map((part) => part.text))].join('; ') };
  }
  // Not HTTP; llhttp gives some of these no code.
  if (name === 'HTTPParserError') return { reason: 'notHttp', text };
  return { reason: typeof code === 'string' ? reasonOf(code) : 'other', text };
}

function reasonOf(code: string): Reason {
  const known = byCode[code];
  if (known !== undefined) return known;
  // llhttp's: what came is not HTTP.
  if (code.startsWith('HPE_')) return 'notHttp';
  return /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|HOSTNAME_)/.test(code) ? 'tlsFailed' : 'other';
}
