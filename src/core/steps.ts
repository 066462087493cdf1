/**
 * Work that pauses between its steps, so that whoever runs it may let others have their turn: what a fleet of thousands
 * needs at once would hold up everything else in the same thread.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Does all of it at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Pauses after every few of the items: a pause for each would cost more than most of them. */
export function* stepwise<Item>(items: Iterable<Item>, work: (item: Item) => void): Steps<void> {
  let sincePause = 0;
  for (const item of items) {
    work(item);
    sincePause += 1;
    if (sincePause === itemsPerStep) {
      sincePause = 0;
      yield;
    }
  }
}

const itemsPerStep = 8;
