import * as vscode from 'vscode';
import type { Log } from '../ports';
import { redact } from '../core/redact';

export interface OutputLog extends Log {
  show(): void;
  /** The last lines, oldest first, as they were written. */
  lastLines(): readonly string[];
  dispose(): void;
}

const keptLines = 200;

/** The output channel "Replideck". Everything passes the redaction once more, whoever wrote it. */
export function createLog(): OutputLog {
  const channel = vscode.window.createOutputChannel('Replideck', { log: true });
  const lines: string[] = [];
  // VS Code disposes of the channel while deactivate still runs, and the channel throws at whatever is said then.
  let isClosed = false;
  const say = (level: 'debug' | 'info' | 'warn' | 'error', message: string): void => {
    const text = redact(message);
    lines.push(`${new Date().toISOString()} [${level}] ${text}`);
    if (lines.length > keptLines) lines.shift();
    if (!isClosed) channel[level](text);
  };
  return {
    debug: (message) => {
      say('debug', message);
    },
    info: (message) => {
      say('info', message);
    },
    warn: (message) => {
      say('warn', message);
    },
    error: (message, cause) => {
      const detail =
        cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? '' : JSON.stringify(cause);
      say('error', detail === '' ? message : `${message}: ${detail}`);
    },
    lastLines: () => lines,
    show: () => {
      channel.show(true);
    },
    dispose: () => {
      isClosed = true;
      channel.dispose();
    },
  };
}
