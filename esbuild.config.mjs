// Builds dist/: one small bundle that VS Code loads at activation, one chunk for each part that is loaded on first
// use (drivers, yaml), one bundle per webview. Types are checked by tsc, not here.
//   node esbuild.config.mjs [--production] [--watch] [--meta]
import { build, context, transformSync } from 'esbuild';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const root = import.meta.dirname;

/** Parts that `await import()` in src/extension.ts loads on first use, by the path it imports. */
const chunks = {
  './adapters/mysql/mysqlReader': 'mysqlReader',
  './adapters/ssh/bastions': 'bastions',
  './adapters/httpReaders': 'httpReaders',
  './adapters/files/runnerFiles': 'runnerFiles',
  './adapters/files/historyFile': 'historyFile',
  './core/fleetLogic': 'fleetLogic',
  './core/grantLogic': 'grantLogic',
  './ui/daily/dailyParts': 'dailyParts',
  './ui/runbooks/runbookParts': 'runbookParts',
  './ui/tools/fleetTools': 'fleetTools',
  './ui/commands/partCommands': 'partCommands',
  './ui/documents/inventoryProviders': 'inventoryProviders',
  './ui/panels/panelParts': 'panelParts',
  './ui/tree/treeModel': 'treeModel',
};

/** @type {import('esbuild').Plugin} */
const lazyChunks = {
  name: 'lazy-chunks',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ kind, path: imported }) => {
      const name = kind === 'dynamic-import' ? chunks[imported] : undefined;
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

/**
 * Modules that are there once for all parts: the messages, so that one language holds for all of them, and the tunnels,
 * which two readers and the tree use.
 *
 * @type {import('esbuild').Plugin}
 */
const sharedModules = {
  name: 'shared-modules',
  setup({ onResolve }) {
    onResolve({ filter: /\/(?:l10n|ssh\/bastions)$/ }, ({ kind, path: imported }) =>
      kind === 'import-statement' ? { path: `./${path.basename(imported)}.js`, external: true } : undefined,
    );
  },
};

/**
 * `import * as vscode` as the plain `require` that it is: else every file would copy the hundreds of names of the API into
 * a namespace of its own, which took most of the time that the extension needed to load.
 *
 * @type {import('esbuild').Plugin}
 */
const plainVscode = {
  name: 'plain-vscode',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, ({ path: file }) => {
      const contents = readFileSync(file, 'utf8').replace(
        /^import \* as vscode from 'vscode';$/m,
        "const vscode: typeof import('vscode') = require('vscode');",
      );
      if (/^import (?!type ).* from 'vscode';$/m.test(contents))
        return { errors: [{ text: "Write import * as vscode from 'vscode', which the build can make cheap." }] };
      return { loader: 'ts', contents };
    });
  },
};

/**
 * Of undici only the pool: the whole of it is three times the size, for fetch, WebSocket and caches that nobody here
 * calls.
 * @type {import('esbuild').Plugin}
 */
const slimUndici = {
  name: 'slim-undici',
  setup({ onResolve, onLoad }) {
    // The parser comes twice, for processors with and without SIMD. One will do: answers of etcd are short.
    onResolve({ filter: /llhttp_simd-wasm\.js$/ }, ({ resolveDir }) => ({
      path: path.join(resolveDir, '../llhttp/llhttp-wasm.js'),
    }));
    // As the file that it is: in the code it would be base64, which packs worse by a third.
    onLoad({ filter: /llhttp-wasm\.js$/ }, ({ path: file }) => {
      mkdirSync(path.join(root, 'dist'), { recursive: true });
      writeFileSync(path.join(root, 'dist', 'llhttp.wasm'), createRequire(import.meta.url)(file));
      return { contents: "module.exports = require('node:fs').readFileSync(__dirname + '/llhttp.wasm');" };
    });
    // Bodies that are forms, and HTTP/2: nothing here sends the one, and the pool is not asked for the other.
    onLoad({ filter: /undici[/\\]lib[/\\](web[/\\]fetch[/\\]body|dispatcher[/\\]client-h2)\.js$/ }, () => ({
      contents: '',
    }));
    onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'slim-undici' }));
    onLoad({ filter: /.*/, namespace: 'slim-undici' }, () => ({
      contents: "exports.Pool = require('undici/lib/dispatcher/pool.js');",
      resolveDir: root,
    }));
  },
};

/**
 * Of mysql2 only the connection: the adapter has no use for its pools and its server.
 *
 * @type {import('esbuild').Plugin}
 */
const slimMysql2 = {
  name: 'slim-mysql2',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^mysql2$/ }, () => ({ path: 'mysql2', namespace: 'slim-mysql2' }));
    onLoad({ filter: /.*/, namespace: 'slim-mysql2' }, () => ({
      contents: "exports.createConnection = require('./node_modules/mysql2/lib/create_connection.js');",
      resolveDir: root,
    }));
  },
};

/**
 * mysql2's list of Amazon's certificate authorities, a fifth of the package: reached only by naming the profile 'Amazon
 * RDS', which the adapter never does. An inventory names its authority as a file.
 *
 * @type {import('esbuild').Plugin}
 */
const withoutCloudAuthorities = {
  name: 'without-cloud-authorities',
  setup({ onLoad }) {
    onLoad({ filter: /mysql2[/\\]lib[/\\]constants[/\\]ssl_profiles\.js$/ }, () => ({
      contents: 'module.exports = {};',
    }));
  },
};

/**
 * mysql2's names of server errors, a quarter of its chunk: the adapter goes by their numbers.
 *
 * @type {import('esbuild').Plugin}
 */
const withoutErrorNames = {
  name: 'without-error-names',
  setup({ onLoad }) {
    onLoad({ filter: /mysql2[/\\]lib[/\\]constants[/\\]errors\.js$/ }, () => ({
      // Only its pool asks by name, for servers that have become read-only.
      contents:
        'module.exports = { ER_OPTION_PREVENTS_STATEMENT: 1290, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: 1792, ER_READ_ONLY_MODE: 1836 };',
    }));
  },
};

/**
 * iconv-lite, a quarter of mysql2's chunk: the platform decodes the character sets of servers as well.
 *
 * @type {import('esbuild').Plugin}
 */
const platformDecoders = {
  name: 'platform-decoders',
  setup({ onResolve }) {
    onResolve({ filter: /^iconv-lite$/ }, () => ({ path: path.join(root, 'src/adapters/mysql/textDecoders.ts') }));
  },
};

/**
 * What mysql2 writes its parsers with at run time: the adapter says `disableEval`, so that it takes those that are
 * written already.
 *
 * @type {import('esbuild').Plugin}
 */
const withoutWrittenParsers = {
  name: 'without-written-parsers',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules[/\\]generate-function[/\\]index\.js$/ }, () => ({
      contents: 'module.exports = undefined;',
    }));
  },
};

/**
 * The library of the charts, half of a panel: shipped once, and loaded by a script of its own before that of the panel.
 *
 * @type {import('esbuild').Plugin}
 */
const chartsOnce = {
  name: 'charts-once',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules[/\\]uplot[/\\]/ }, () => ({ contents: 'export default globalThis.uPlot;' }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  charset: 'utf8',
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  mainFields: ['module', 'main'],
};

/** @type {import('esbuild').BuildOptions} */
const page = { ...common, outdir: 'dist/media', platform: 'browser', format: 'iife', target: 'chrome128' };

const existing = (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(path.join(root, file))));

const bundles = [
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    plugins: [lazyChunks, sharedModules, plainVscode],
  },
  { ...node, entryPoints: { l10n: 'src/core/l10n.ts' }, outdir: 'dist' },
  {
    ...node,
    entryPoints: existing(
      Object.fromEntries(Object.entries(chunks).map(([imported, name]) => [name, `src/${imported.slice(2)}.ts`])),
    ),
    outdir: 'dist',
    plugins: [
      sharedModules,
      plainVscode,
      slimUndici,
      slimMysql2,
      withoutCloudAuthorities,
      withoutErrorNames,
      platformDecoders,
      withoutWrittenParsers,
    ],
  },
  {
    ...page,
    entryPoints: existing(
      Object.fromEntries(readdirSync(path.join(root, 'media')).map((panel) => [panel, `media/${panel}/main.ts`])),
    ),
    loader: { '.svg': 'text' },
    plugins: [chartsOnce],
  },
  { ...page, entryPoints: { charts: 'media/shared/charts.ts' } },
  // Core on a platform that has nothing: fails the build when core reaches for node or a driver.
  {
    ...common,
    entryPoints: existing({ core: 'src/core/toFleetView.ts' }),
    platform: 'neutral',
    mainFields: ['module', 'main'],
    write: false,
    outdir: 'dist/neutral',
  },
].filter(({ entryPoints }) => Object.keys(entryPoints).length > 0);

rmSync(path.join(root, 'dist', 'media'), { recursive: true, force: true });
mkdirSync(path.join(root, 'dist', 'media'), { recursive: true });
const styleOf = (panel) => readFileSync(path.join(root, 'media', panel, 'style.css'), 'utf8');
for (const panel of readdirSync(path.join(root, 'media'))) {
  if (!existsSync(path.join(root, 'media', panel, 'main.ts'))) continue;
  // What all panels share first: a panel's own rules refine it.
  const style = `${styleOf('shared')}\n${styleOf(panel)}`;
  const { code } = transformSync(style, { loader: 'css', minify: production, charset: 'utf8' });
  writeFileSync(path.join(root, 'dist', 'media', `${panel}.css`), code);
}

/** What a long licence asks for instead of its text: that is shipped already, or an address will do. */
const insteadOfText = {
  'Apache-2.0': 'The licence is the one in LICENSE.txt.',
  'CC-BY-4.0': '(c) Microsoft Corporation. The licence: https://creativecommons.org/licenses/by/4.0/legalcode',
};

/** The licence of every package of which some code is in a bundle: most ask that it goes with each copy. */
function thirdPartyNotices(inputs) {
  const folders = new Set(inputs.map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean));
  const notices = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(path.join(root, folder)).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
    if (file === undefined) throw new Error(`${folder} has no licence file, so it cannot be shipped.`);
    const text = insteadOfText[license] ?? readFileSync(path.join(root, folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `Replideck contains code of these packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Writes each language's messages as they are shipped: English, which is their key, stands in the code already. */
function writeMessages() {
  const { digestOf } = createRequire(import.meta.url)('./dist/l10n.js');
  mkdirSync(path.join(root, 'dist', 'l10n'), { recursive: true });
  for (const name of readdirSync(path.join(root, 'l10n'))) {
    const messages = Object.entries(JSON.parse(readFileSync(path.join(root, 'l10n', name), 'utf8')));
    const shipped = Object.fromEntries(messages.map(([key, text]) => [digestOf(key), text]));
    if (Object.keys(shipped).length < messages.length)
      throw new Error(`Two messages of ${name} share one digest: word one of them differently.`);
    writeFileSync(path.join(root, 'dist', 'l10n', name), JSON.stringify(shipped));
  }
}

if (watch) {
  const contexts = await Promise.all(bundles.map((options) => context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((each) => each.rebuild()));
  writeMessages();
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  const results = await Promise.all(bundles.map((options) => build(options)));
  writeMessages();
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile.outputs));
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync(path.join(root, 'dist', 'third-party-notices.txt'), thirdPartyNotices(inputs));
  if (process.argv.includes('--meta')) writeFileSync(path.join(root, 'dist', 'meta.json'), JSON.stringify(outputs));
}
