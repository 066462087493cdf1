import * as vscode from 'vscode';

/** Under a notification that can be cancelled. */
export async function withProgress<T>(
  title: string,
  work: (
    signal: AbortSignal,
    report: (step: { readonly message: string; readonly increment: number }) => void,
  ) => Promise<T>,
): Promise<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => {
      abort.abort();
    });
    try {
      return await work(abort.signal, (step) => {
        progress.report(step);
      });
    } finally {
      subscription.dispose();
    }
  });
}
