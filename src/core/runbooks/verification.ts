/** What our own reading says of a step. Only `done` is done. */
export type Verification =
  | { readonly kind: 'done'; readonly measured: string }
  | { readonly kind: 'notDone'; readonly measured: string }
  | { readonly kind: 'unknown'; readonly why: string };

export function verdict(isDone: boolean, measured: string): Verification {
  return { kind: isDone ? 'done' : 'notDone', measured };
}
