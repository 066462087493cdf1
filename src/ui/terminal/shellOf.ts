import type { Shell } from '../../core/guard/quoteShell';

/** Shells by the name of their program, or by what VS Code calls the shell of a terminal. */
const shells: Readonly<Record<string, Shell>> = {
  ...{ sh: 'posix', dash: 'posix', ash: 'posix', bash: 'posix', gitbash: 'posix', zsh: 'posix', ksh: 'posix' },
  ...{ fish: 'fish', pwsh: 'powershell', powershell: 'powershell' },
};

/**
 * How a shell reads quotes; undefined: it is none that anybody here can quote for (cmd, csh, nu ...), or no shell at all.
 * @param program a path or a name
 */
export function shellOf(program: string): Shell | undefined {
  return shells[nameOf(program)];
}

/** Shells that VS Code knows to ask for the end of each command. */
export function canReport(program: string): boolean {
  return ['bash', 'gitbash', 'zsh', 'fish', 'pwsh', 'powershell'].includes(nameOf(program));
}

function nameOf(program: string): string {
  const name = program.split(/[\\/]/).at(-1) ?? '';
  return name.toLowerCase().replace(/\.exe$/, '');
}
