import * as vscode from 'vscode';

/** What a token of VS Code cancels, as the signal that travels down. */
export async function withSignal<T>(
  token: vscode.CancellationToken,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const subscription = token.onCancellationRequested(() => {
    abort.abort();
  });
  try {
    return await work(abort.signal);
  } finally {
    subscription.dispose();
  }
}

/** Under a notification that can be cancelled. */
export async function withProgress<T>(
  title: string,
  work: (
    signal: AbortSignal,
    report: (step: { readonly message: string; readonly increment?: number }) => void,
  ) => Promise<T>,
): Promise<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) =>
    withSignal(token, (signal) =>
      work(signal, (step) => {
        progress.report(step);
      }),
    ),
  );
}
