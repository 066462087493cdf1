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
  const keep = (level: string, message: string): string => {
    const text = redact(message);
    lines.push(`${new Date().toISOString()} [${level}] ${text}`);
    if (lines.length > keptLines) lines.shift();
    return text;
  };
  return {
    debug: (message) => {
      channel.debug(keep('debug', message));
    },
    info: (message) => {
      channel.info(keep('info', message));
    },
    warn: (message) => {
      channel.warn(keep('warn', message));
    },
    error: (message, cause) => {
      const detail =
        cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? '' : JSON.stringify(cause);
      channel.error(keep('error', detail === '' ? message : `${message}: ${detail}`));
    },
    lastLines: () => lines,
    show: () => {
      channel.show(true);
    },
    dispose: () => {
      channel.dispose();
    },
  };
}
