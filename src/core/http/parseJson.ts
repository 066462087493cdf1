import { failed, ok, type Outcome } from '../outcome';
import type { ServiceFailure, ServiceTrouble } from '../services/model';
import type { HttpAnswer } from './answer';
import { t } from '../l10n';

/** JSON that some server gave, with whatever status: several neighbours say what is wrong in the body of a 4xx or 5xx. */
export interface JsonAnswer {
  readonly status: number;
  readonly value: unknown;
  readonly request: string;
  readonly at: string;
}

/** How much of a foreign page is worth showing. */
const shownLength = 200;

/**
 * Whether JSON came, and which. Everything else that can stand behind an address ends in one closed reason: a login
 * page, a proxy's refusal, a redirect, a packed or cut body.
 */
export function parseJson(answer: HttpAnswer): Outcome<JsonAnswer, ServiceTrouble> {
  if (answer.kind === 'notAsked') return failed({ failure: { reason: 'other', text: t`It was not asked.` } });
  const { request } = answer;
  const trouble = (reason: ServiceFailure['reason'], text: string) => failed({ failure: { reason, text }, request });
  if (answer.kind === 'failed') {
    const { reason, text } = answer.failure;
    return trouble(reason === 'notHttp' ? 'notJson' : reason, text);
  }
  const { status, headers, body, at } = answer;
  const said = `HTTP ${status}${body.trim() === '' ? '' : `: ${firstLine(body)}`}`;
  if (status >= 300 && status < 400) {
    return trouble('redirected', t`HTTP ${status} to ${firstLine(headers['location'] ?? 'nowhere')}`);
  }
  if (status === 401 || status === 403 || status === 407) return trouble('unauthorized', said);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return trouble('notJson', t`HTTP ${status} with content-encoding ${firstLine(encoding)}, which nobody asked for`);
  }
  // A page that happens to parse is still a page.
  const isPage = /\b(?:html|xml)\b/i.test(headers['content-type'] ?? '');
  const value = isPage ? undefined : parse(body);
  if (value !== undefined) return ok({ status, value, request, at });
  if (status >= 500) return trouble('serverError', said);
  return trouble(status === 404 ? 'notFound' : 'notJson', said);
}

/** Undefined: no JSON. `null` is some. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** What a page says in its first words; of HTML its title. */
export function firstLine(text: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1];
  const line = (title ?? text.slice(0, 4 * shownLength)).replace(/\s+/g, ' ').trim();
  return line.length > shownLength ? `${line.slice(0, shownLength)}…` : line;
}
