// npm run bench [-- --json] [-- --write] [-- --planted] [-- NAME ...]: a table for people, or one JSON array on standard output;
// --write puts the figures into docs/benchmarks.md.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cleanEnvironment } from '../processes.mjs';
import { ensureDependencies, ensureTools } from '../provision.mjs';
import { runPlanted } from './planted.mjs';

const root = path.dirname(path.dirname(import.meta.dirname));
if (process.argv.includes('--help')) {
  console.log(
    [
      'npm run bench [-- --json] [-- --write] [-- --planted] [-- NAME ...]',
      '',
      '  --json     the figures as one JSON array',
      '  --write    puts them into docs/benchmarks.md',
      '  --planted  shows on spoilt copies that each limit can be missed',
      '  NAME       only these; an unknown one is answered with the list',
    ].join('\n'),
  );
  process.exit(0);
}
const yes = process.argv.includes('--yes');
await ensureDependencies();
await ensureTools({ need: ['mariadb', 'etcd', 'openssl', 'chromium'], yes, purpose: 'the bench' });
if (process.argv.includes('--planted')) {
  process.exit(runPlanted(process.argv.slice(2).filter((argument) => !argument.startsWith('--'))) === 0 ? 0 : 1);
}
const built = spawnSync(process.execPath, ['esbuild.config.mjs', '--production'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
if (built.status !== 0) process.exit(built.status ?? 1);
/**
 * Built as the extension is: a loader that compiles on the way names every function, which no user has and which costs
 * more than some of what is measured. What asks where it lies gets the place of its source.
 *
 * @type {import('esbuild').Plugin}
 */
const placeOfSource = {
  name: 'place-of-source',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]test[/\\].*\.(ts|mjs)$/ }, ({ path: file }) => ({
      loader: file.endsWith('.ts') ? 'ts' : 'js',
      contents: readFileSync(file, 'utf8')
        .replaceAll(/\b(__dirname|import\.meta\.dirname)\b/g, JSON.stringify(path.dirname(file)))
        .replaceAll(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(file).href)),
    }));
  },
};
const { build } = await import('esbuild');
const outdir = path.join(root, 'dist/bench');
// Suites are built by who runs them in VS Code.
const own = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('Suite.ts'));
await build({
  entryPoints: [...own, '../window/pages/panelUpdate.ts'].map((name) => path.join(import.meta.dirname, name)),
  entryNames: '[name]',
  ...{ outdir, bundle: true, platform: 'node', format: 'cjs', target: 'node20', packages: 'external' },
  ...{ logLevel: 'warning', plugins: [placeOfSource] },
});
const child = spawn(process.execPath, ['--expose-gc', path.join(outdir, 'runBench.js'), ...process.argv.slice(2)], {
  cwd: root,
  env: cleanEnvironment(),
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
