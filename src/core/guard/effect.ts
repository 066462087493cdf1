import { tokenizeCode } from '../grants/tokenizer';

/** What a statement does to a server. `destructive`: what it takes away cannot be had back by another statement. */
export type Effect = 'read' | 'write' | 'destructive';

const reads = new Set(['SELECT', 'SHOW', 'DO']);
const writes = new Set(['START', 'STOP', 'SET', 'CHANGE', 'CREATE', 'GRANT', 'ALTER', 'FLUSH']);

/** The worst of all statements in a text. Whatever is not known to be harmless counts as destructive. */
export function effectOf(sql: string): Effect {
  const statements: string[][] = [[]];
  for (const token of tokenizeCode(sql)) {
    if (token.kind === 'symbol' && token.word === ';') statements.push([]);
    else statements.at(-1)?.push(token.kind === 'word' ? token.word : token.unterminated ? 'unterminated' : '');
  }
  const effects = statements.filter((words) => words.length > 0).map(effectOfOne);
  return effects.includes('destructive') ? 'destructive' : effects.includes('write') ? 'write' : 'read';
}

function effectOfOne(words: readonly string[]): Effect {
  const [first = ''] = words;
  if (words.includes('unterminated')) return 'destructive';
  // SELECT … INTO OUTFILE writes a file, SELECT … INTO @x a variable: neither is a plain read.
  if (reads.has(first)) return words.includes('INTO') ? 'destructive' : 'read';
  if (writes.has(first)) return words.includes('REPLACE') ? 'destructive' : 'write';
  return 'destructive';
}
