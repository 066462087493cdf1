import * as vscode from 'vscode';
import type { Log } from '../ports';
import { redact } from '../core/redact';

export interface OutputLog extends Log {
  show(): void;
  dispose(): void;
}

/** The output channel "Replideck". Everything passes the redaction once more, whoever wrote it. */
export function createLog(): OutputLog {
  const channel = vscode.window.createOutputChannel('Replideck', { log: true });
  return {
    debug: (message) => {
      channel.debug(redact(message));
    },
    info: (message) => {
      channel.info(redact(message));
    },
    warn: (message) => {
      channel.warn(redact(message));
    },
    error: (message, cause) => {
      const detail =
        cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? '' : JSON.stringify(cause);
      channel.error(redact(detail === '' ? message : `${message}: ${detail}`));
    },
    show: () => {
      channel.show(true);
    },
    dispose: () => {
      channel.dispose();
    },
  };
}
