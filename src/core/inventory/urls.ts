import { isHostName, isIpv6, isPort } from './address';
import { t } from '../l10n';

/**
 * What is wrong with an `http://` or `https://` address, as a sentence; undefined: nothing. Core has no `URL`, and
 * that one would take many a slip (`http:/host`, blanks, backslashes) for an address.
 */
export function httpUrlProblem(text: string): string | undefined {
  const parts = /^https?:\/\/([^/?#\\]*)([/?#].*)?$/.exec(text);
  if (!parts) return t`Not an address: it begins with \`http://\` or \`https://\`.`;
  if (!isPrintable(text)) return t`Not an address: blanks and control characters are written as %20 and so on.`;
  const authority = parts[1] ?? '';
  if (authority.includes('@')) {
    return t`The inventory holds no login in an address. Name an entry of \`credentials\` beside it.`;
  }
  return hostAndPortProblem(authority);
}

/** What is wrong with an `ssh://` address, as a sentence; undefined: nothing. */
export function sshUrlProblem(text: string): string | undefined {
  const parts = /^ssh:\/\/(?:([^@/]*)@)?([^@/]*)\/?$/.exec(text);
  if (!parts) return t`Not an ssh address: write \`ssh://host\`, \`ssh://user@host\` or \`ssh://user@host:port\`.`;
  const user = parts[1];
  if (user?.includes(':')) {
    return t`The inventory holds no password. ssh logs in by key or agent: write \`ssh://user@host\`.`;
  }
  if (user !== undefined && !/^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(user)) {
    return t`Not a user name: letters, digits, \`.\`, \`_\` and \`-\`, and no \`-\` at the beginning.`;
  }
  return hostAndPortProblem(parts[2] ?? '');
}

function hostAndPortProblem(authority: string): string | undefined {
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(authority);
  const host = parts?.[1] ?? parts?.[2] ?? '';
  if (!parts || !(parts[1] === undefined ? isHostName(host) : isIpv6(host))) {
    return t`Not an address: after the \`//\` stands no valid host name.`;
  }
  if (parts[3] !== undefined && !isPort(Number(parts[3]))) return t`Ports go from 1 to 65535.`;
  return undefined;
}

function isPrintable(text: string): boolean {
  return /^[\u0021-\u007e]+$/.test(text);
}
