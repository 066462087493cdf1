import { firstLine } from '../http/parseJson';
import { failed, ok, type Outcome } from '../outcome';
import type { EtcdFailure, HttpAnswer } from './reading';
import { t } from '../l10n';

export type Answered = Extract<HttpAnswer, { kind: 'answered' }>;

/** An answer that etcd itself gave: its JSON object. Errors of etcd (`errorCode`) are answers, too. */
export interface EtcdAnswer {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Whether etcd answered, and what. Everything else that can stand behind an address ends in one closed reason. */
export function parseAnswer(answer: Answered): Outcome<EtcdAnswer, EtcdFailure> {
  const { status, headers, body, isWhole } = answer;
  const said = `HTTP ${status}${body === '' ? '' : `: ${firstLine(body)}`}`;
  if (status >= 300 && status < 400) {
    return failed({
      reason: 'redirected',
      text: t`HTTP ${status} to ${firstLine(headers['location'] ?? 'nowhere')}`,
    });
  }
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    return failed({
      reason: 'notEtcd',
      text: t`HTTP ${status} with content-encoding ${firstLine(headers['content-encoding'])}, which nobody asked for`,
    });
  }
  if (!isWhole && status === 200) return ok({ status, fields: {} });
  const fields = parseObject(body);
  if (saysReadOnly(status, fields)) return failed({ reason: 'readOnly', text: said });
  const denied = status === 401 || fields?.['errorCode'] === 110;
  if (denied || (status === 403 && fields === undefined)) return failed({ reason: 'authRequired', text: said });
  if (fields === undefined) {
    // Go's own words for a path without a handler: an etcd, and no such API.
    if (status === 404 && /^404 page not found\s*$/.test(body)) return failed({ reason: 'apiDisabled', text: said });
    return failed({ reason: status >= 500 ? 'serverError' : 'notEtcd', text: said });
  }
  if (status >= 500) return failed({ reason: 'serverError', text: said });
  return ok({ status, fields });
}

/** An answer of the v2 API, errors too: each has a header with the index of the whole cluster. */
export function parseV2Answer(answer: Answered): Outcome<EtcdAnswer & { readonly index: number }, EtcdFailure> {
  const parsed = parseAnswer(answer);
  if (parsed.kind === 'failed') return parsed;
  const { fields, status } = parsed.value;
  const text = answer.headers['x-etcd-index'];
  const index = parseIndex(text);
  const notEtcd = (why: string) => failed({ reason: 'notEtcd', text: `HTTP ${status}${why}` } as const);
  if (text === undefined) return notEtcd(t` without the header X-Etcd-Index`);
  if (index === undefined) return notEtcd(t`: X-Etcd-Index is not an index: ${text.slice(0, 60)}`);
  // A long poll that was given up has no body yet.
  const isOfV2 = !answer.isWhole || fields['errorCode'] !== undefined || objectOf(fields['node']) !== undefined;
  return isOfV2 ? ok({ ...parsed.value, index }) : notEtcd(t` with neither a node nor an error of etcd`);
}

/**
 * What the proxies in front of etcd say to whatever is no GET: etcd's own (`--proxy=readonly`) 501 and nothing else,
 * others etcd's error 107. That is also etcd's "Root is read only", with 400.
 */
function saysReadOnly(status: number, fields: EtcdAnswer['fields'] | undefined): boolean {
  return (status === 403 && fields?.['errorCode'] === 107) || (status === 501 && fields === undefined);
}

/** Digits only, and exact in JavaScript: an index with more of them is not believed. */
export function parseIndex(text: unknown): number | undefined {
  if (typeof text === 'number') return Number.isSafeInteger(text) && text >= 0 ? text : undefined;
  if (typeof text !== 'string' || !/^\d{1,16}$/.test(text)) return undefined;
  const index = Number(text);
  return Number.isSafeInteger(index) ? index : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function parseObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return undefined;
  }
}
