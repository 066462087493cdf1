/** Several attacks in one text each, so that a few of them say what each field does with all of them. */
export const hostileTexts: readonly string[] = [
  // Links that run commands, and elements.
  '[x](command:workbench.action.terminal.new) ![i](https://evil.example/i.png) <img src=x onerror="window.hacked=1"><script>window.hacked=1</script><a href="command:evil">c</a>',
  // Ways out of code, emphasis and tables.
  '`` ` ``` | `[x](command:evil)` **b** _i_ | ~~s~~ `` [y](command:evil) ``` ``[z](command:evil)`` \\`[w](command:evil)\\`',
  // What a terminal obeys, and what turns the direction of writing.
  '\u001b[2J\u001b]0;owned\u0007\u001b]8;;command:evil\u0007 a\u0000b\u0008\u009b31m \u202egnp.exe\u2066x\u200f\u061c',
  // New blocks: a heading, a definition of a link, a fence, an HTML comment, a list.
  '\n\n# h\n\n[r]: command:evil\n\n[r]\n\n```\n\n<!--\n- [r](command:evil)\r\n\u2028    code\n\n<div onclick=x>\n',
  // A shell, SQL, and names that objects have.
  "$(touch PWNED)`touch PWNED`'; touch PWNED; #\\\" --execute=x -rf ' OR 1=1; DROP TABLE t; -- __proto__",
];

/** A megabyte: of one word, and of many lines. */
export const longTexts: readonly string[] = ['x'.repeat(1_000_000), '<b>`x`\n'.repeat(150_000)];
