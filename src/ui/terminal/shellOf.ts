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
  const name = program.split(/[\\/]/).at(-1) ?? '';
  return shells[name.toLowerCase().replace(/\.exe$/, '')];
}
