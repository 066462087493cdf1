import { failed, ok, type Outcome } from '../outcome';
import { t } from '../l10n';
import { controls, turning } from '../unseen';

/** Shells by how they quote. `posix` is sh, dash, bash, zsh and ksh. */
export type Shell = 'posix' | 'fish' | 'powershell';

/** What needs no quotes in any of the shells, and is easier to read without. zsh expands an equals sign in front. */
const plain = /^[A-Za-z0-9_./:,+-][A-Za-z0-9_./:=,+-]*$/;

const control = new RegExp(`[${controls}]`);
const turningMark = new RegExp(`[${turning}]`);

/**
 * One argument as this shell has to read it, so that the program gets exactly `text` and nothing in it is run.
 * @returns the quoted text, or a sentence that says why there is no safe way to write it
 */
export function quoteShell(text: string, shell: Shell): Outcome<string, string> {
  const refusal = refuse(text, shell);
  if (refusal !== undefined) return failed(refusal);
  // A word that begins with a dash or holds a comma is a list or an operator to PowerShell.
  if (plain.test(text) && (shell !== 'powershell' || /^[A-Za-z0-9_/]+$/.test(text))) return ok(text);
  switch (shell) {
    case 'posix':
      return ok(`'${text.replaceAll("'", "'\\''")}'`);
    case 'fish':
      return ok(`'${text.replace(/[\\']/g, '\\$&')}'`);
    case 'powershell':
      // It takes the typographic single quotes for quotes as well; doubled, each stands for itself.
      return ok(`'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`);
  }
}

/** A program with its arguments as one line. PowerShell runs a quoted name only after `&`. */
export function quoteCommand(words: readonly string[], shell: Shell): Outcome<string, string> {
  const quoted: string[] = [];
  for (const [index, word] of words.entries()) {
    const each = quoteShell(word, shell);
    if (each.kind === 'failed') return each;
    // In front of a command, a=b sets a variable.
    quoted.push(index === 0 && each.value.includes('=') && each.value === word ? `'${word}'` : each.value);
  }
  const line = quoted.join(' ');
  return ok(shell === 'powershell' && line.startsWith("'") ? `& ${line}` : line);
}

/**
 * A terminal obeys control characters before any shell sees a quote: a line feed runs what stands before it, a tab
 * completes, an escape edits. Marks that turn the direction of writing make a line read other than it runs.
 */
function refuse(text: string, shell: Shell): string | undefined {
  if (text.includes('\0')) return t`${shown(text)} holds a NUL, which no program can be given as part of an argument.`;
  if (/[\n\r\u0085\u2028\u2029]/.test(text)) {
    return t`${shown(text)} holds a line break: typed into a terminal, the part before it would run by itself.`;
  }
  if (control.test(text)) {
    return t`${shown(text)} holds a control character, which a terminal would obey instead of passing it on.`;
  }
  if (turningMark.test(text)) {
    return t`${shown(text)} holds a mark that turns the direction of writing: the command would not read as it runs.`;
  }
  if (/\p{Surrogate}/u.test(text)) return t`${shown(text)} holds half a character, which cannot be sent to a terminal.`;
  if (shell === 'powershell' && (text.includes('"') || text === '' || text.endsWith('\\'))) {
    return t`${shown(text)} cannot be passed on by every PowerShell: versions before 7.3 lose double quotes, empty arguments and a backslash at the end. Run it from another shell.`;
  }
  return undefined;
}

/** Escaped, since the sentence itself goes to a screen. */
function shown(text: string): string {
  const clipped = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return JSON.stringify(clipped).replace(/[^\u0020-\u007e…]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
