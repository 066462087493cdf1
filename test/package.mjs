// npm run package: a production build and the VSIX in dist/. Fails when something is inside that users have no use
// for, when something that they need is not, when vsce warns, or above 700 kB.
//   node test/package.mjs        prints the path of the VSIX
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, readSync, readdirSync, rmSync, statSync, closeSync } from 'node:fs';
import path from 'node:path';
import { cleanEnvironment } from './processes.mjs';
import { ensureDependencies, withProgress } from './provision.mjs';

const root = path.dirname(import.meta.dirname);
const limitBytes = 700e3;

/** What may be inside; everything else is a mistake in .vscodeignore. */
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|package\.nls(\.[a-z-]+)?\.json)$/,
  /^extension\/(readme\.md|changelog\.md|LICENSE\.txt)$/i,
  /^extension\/dist\/[\w-]+\.js$/,
  /^extension\/dist\/llhttp\.wasm$/,
  /^extension\/dist\/third-party-notices\.txt$/,
  /^extension\/dist\/media\/[\w-]+\.(js|css|ttf)$/,
  /^extension\/media\/(walkthrough\/)?[\w-]+\.(svg|png|md)$/,
  /^extension\/media\/[\w-]+\.schema\.json$/,
  /^extension\/dist\/l10n\/[\w.-]+\.json$/,
];
const required = [
  'extension/package.json',
  'extension/dist/extension.js',
  'extension/dist/llhttp.wasm',
  'extension/LICENSE.txt',
  'extension/dist/third-party-notices.txt',
];

function run(command, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env: cleanEnvironment(env),
    encoding: 'utf8',
    timeout: 180_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`${path.basename(args[0])} failed: ${error?.message ?? ''}\n${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

/** Names and sizes from the central directory of a zip file. */
function listZip(file) {
  const size = statSync(file).size;
  const bytes = Buffer.alloc(size);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, bytes, 0, size, 0);
  closeSync(descriptor);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const count = bytes.readUInt16LE(end + 10);
  const entries = [];
  for (let at = bytes.readUInt32LE(end + 16); entries.length < count;) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    entries.push({ name, packedBytes: bytes.readUInt32LE(at + 20) });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function problemsOf(file) {
  const entries = listZip(file).filter(({ name }) => !name.endsWith('/'));
  const names = entries.map(({ name }) => name);
  const sizeBytes = statSync(file).size;
  const largest = entries.toSorted((a, b) => b.packedBytes - a.packedBytes).slice(0, 5);
  const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`;
  return [
    ...names
      .filter((name) => !allowed.some((pattern) => pattern.test(name)))
      .map((name) => `${name} has no place in it`),
    ...required.filter((name) => !names.includes(name)).map((name) => `${name} is not in it`),
    ...(sizeBytes <= limitBytes
      ? []
      : [
          `it has ${kilobytes(sizeBytes)}, more than ${kilobytes(limitBytes)}; the largest files:`,
          ...largest.map(({ name, packedBytes }) => `  ${kilobytes(packedBytes)} ${name}`),
        ]),
  ];
}

async function makePackage() {
  await ensureDependencies();
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, 'dist', `${name}-${version}.vsix`);
  // Bundles that are built no more, and the source maps of the last development build, must not slip in.
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  for (const old of readdirSync(path.join(root, 'dist'))) {
    if (/\.(js|js\.map|vsix)$/.test(old)) rmSync(path.join(root, 'dist', old));
  }
  await withProgress('Building', async () => run(process.execPath, ['esbuild.config.mjs', '--production']));
  const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const said = await withProgress('Packaging', async () =>
    run(process.execPath, [vsce, 'package', ...options, '--out', file], { VSCE_TESTS: '1' }),
  );
  const warnings = said.split('\n').filter((line) => line.includes('WARNING'));
  const problems = [...warnings.map((line) => `vsce warns: ${line.trim()}`), ...problemsOf(file)];
  if (problems.length > 0) throw new Error(`${path.basename(file)} is not fit to ship:\n${problems.join('\n')}`);
  process.stdout.write(`${file}\n`);
}

makePackage().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
