export type MessageToHost<Request> =
  { readonly kind: 'ready' } | { readonly kind: 'request'; readonly id: number; readonly request: Request };

/** The frame of a message from a panel: a webview is not trusted more than what it shows. */
export function parseMessage<Request>(
  message: unknown,
  parseRequest: (request: Readonly<Record<string, unknown>>) => Request | undefined,
): MessageToHost<Request> | undefined {
  if (!isObject(message)) return undefined;
  if (message['kind'] === 'ready') return { kind: 'ready' };
  const { kind, id } = message;
  const request = isObject(message['request']) ? parseRequest(message['request']) : undefined;
  if (kind !== 'request' || typeof id !== 'number' || request === undefined) return undefined;
  return { kind, id, request };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
