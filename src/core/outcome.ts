import { t } from './l10n';

/**
 * What became of something that can fail: a value, or a closed reason. Reasons are data, worded at the edge.
 * @typeParam R a union with its own `kind` or `reason`, so that every use names all cases.
 */
export type Outcome<T, R> =
  { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'failed'; readonly reason: R };

export function ok<T>(value: T): { readonly kind: 'ok'; readonly value: T } {
  return { kind: 'ok', value };
}

export function failed<R>(reason: R): { readonly kind: 'failed'; readonly reason: R } {
  return { kind: 'failed', reason };
}

/** Makes a switch exhaustive at compile time; reached at run time only by data that broke its type. */
export function assertNever(value: never): never {
  throw new Error(t`Unexpected value: ${JSON.stringify(value)}`);
}
