import { Pool, type Dispatcher } from 'undici';
import { connectTimeout, type Attempt, type Connector } from './connector';

/**
 * One kept connection to a server. undici goes on connecting for requests that nobody waits for any more, and starts each
 * of them later only to have it broken off: an attempt here ends with the last request that waits for it.
 */
export class Lane {
  readonly #pool: Pool;
  #attempt: Attempt | undefined;
  #waiting = 0;

  constructor(origin: string, connector: Connector) {
    this.#pool = new Pool(origin, {
      connections: 1,
      pipelining: 1,
      // Longer than any poll: the connection of the last reading serves the next one.
      keepAliveTimeout: 600_000,
      keepAliveMaxTimeout: 600_000,
      // Every request has a deadline of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (target, done) => {
        const attempt = connector(target, (...result) => {
          if (this.#attempt === attempt) this.#attempt = undefined;
          done(...result);
        });
        this.#attempt = attempt;
      },
    });
  }

  /** @returns to be called once, when the request has started or nobody waits for it any more */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): () => void {
    this.#waiting += 1;
    this.#pool.dispatch(options, handler);
    return () => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#attempt?.destroy(connectTimeout());
    };
  }

  async close(): Promise<void> {
    const closed = this.#pool.destroy();
    this.#attempt?.destroy(connectTimeout());
    await closed;
  }
}
