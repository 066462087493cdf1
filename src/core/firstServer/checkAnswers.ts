import { defaultPort, parseAddress } from '../inventory/address';
import { failed, ok, type Outcome } from '../outcome';
import { t } from '../l10n';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** What was typed as the first server of an inventory, or a sentence that says what to type instead. */
export function checkAddress(typed: string): Outcome<ServerAddress, string> {
  const text = typed.trim();
  if (text === '') return failed(t`Type the name or address of a server, such as db1.example.org:3306.`);
  if (text.includes('://')) return failed(t`Type host:port alone, without the scheme and what follows.`);
  if (text.includes('@')) return failed(t`Type the host alone: the account is asked for next.`);
  if (/\s/.test(text)) return failed(t`Type one server, without blanks. Its replicas are found from there.`);
  const parsed = parseAddress(text);
  if (parsed.kind === 'bad') return failed(parsed.sentence.replaceAll('`', ''));
  const { host, port, section } = parsed.address;
  if (section !== undefined) return failed(t`After the colon stands the port, a number from 1 to 65535.`);
  return ok({ host, port: port ?? defaultPort });
}

/** The longest name of an account that a server takes, in characters (MariaDB; MySQL takes 32). */
const longestUser = 128;

/** What was typed as the account, or a sentence that says what to type instead. */
export function checkUser(typed: string): Outcome<string, string> {
  const user = typed.trim();
  if (user === '') return failed(t`Type the name of the account. It needs no more than the right to look.`);
  if (/[\u0000-\u001f\u007f]/.test(user)) return failed(t`The name holds a control character.`);
  if (user.length > longestUser)
    return failed(t`The name is longer than the ${longestUser} characters that servers take.`);
  return ok(user);
}
