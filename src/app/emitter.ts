/** Stops what it was returned for. Calling it twice does nothing more. */
export type Unsubscribe = () => void;

/** The smallest event there is; `ui` turns it into a vscode.Event. A listener that throws does not stop the others. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  on(listener: (value: T) => void): Unsubscribe {
    // A wrapper of its own, so that one function that subscribes twice is two subscriptions.
    const own = (value: T): void => {
      listener(value);
    };
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  fire(value: T, onError: (error: unknown) => void): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        onError(error);
      }
    }
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }
}
