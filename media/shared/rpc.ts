import { t } from '../../src/core/l10n';

/** What VS Code gives a webview; it may be taken once per page. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export interface Failed {
  readonly kind: 'failed';
  readonly message: string;
}

/**
 * Requests to the extension, each with an id and a time-out. A request never rejects: no answer is a failed answer
 * with words, since whoever asked has to show something either way.
 */
export function createRpc<Answer extends { readonly kind: string }>(
  onMessage: (message: unknown) => void,
): {
  readonly api: VsCodeApi;
  readonly request: (request: unknown, timeoutMs?: number) => Promise<Answer | Failed>;
} {
  const api = acquireVsCodeApi();
  const waiting = new Map<number, (answer: Answer | Failed) => void>();
  let lastId = 0;

  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isRecord(data)) return;
    if (data['kind'] !== 'answer') {
      onMessage(data);
      return;
    }
    const { id, answer } = data;
    if (typeof id !== 'number' || !isRecord(answer) || typeof answer['kind'] !== 'string') return;
    waiting.get(id)?.(answer as unknown as Answer | Failed);
  });

  return {
    api,
    request: (request, timeoutMs = 30_000) =>
      new Promise((resolve) => {
        lastId += 1;
        const id = lastId;
        const settle = (answer: Answer | Failed): void => {
          window.clearTimeout(timer);
          waiting.delete(id);
          resolve(answer);
        };
        const timer = window.setTimeout(() => {
          settle({ kind: 'failed', message: t`The extension has not answered within ${timeoutMs / 1000} s.` });
        }, timeoutMs);
        waiting.set(id, settle);
        api.postMessage({ kind: 'request', id, request });
      }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
