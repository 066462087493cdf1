// What a fresh machine needs before anything here can be built, tested or shown: npm's packages, the servers of the
// sandbox, a browser, a VS Code to test in. Plain Node: this file runs before `npm ci` has.
//   node test/provision.mjs [--yes] [NAME ...]     installs what is named (see `tools`; also: dependencies, server-host)
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, onExit, stopTree } from './processes.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * What is tested in: the newest VS Code, and with `REPLIDECK_VSCODE=floor` the oldest that package.json promises. As the
 * npm package code-server carries it, with the Node it wants (and its headers, so nothing else is fetched), and as the
 * desktop build. Its themes have changed their names since.
 */
const versions = {
  newest: { codeServer: '4.139.1', node: '24.9.0', desktop: 'stable', themes: '' },
  floor: { codeServer: '4.105.1', node: '22.23.5', desktop: '1.105.1', themes: 'Default ' },
};

export function vscodeVersion() {
  const which = process.env.REPLIDECK_VSCODE ?? 'newest';
  if (versions[which] === undefined) throw new Error(`REPLIDECK_VSCODE is ${which}: newest or floor`);
  return versions[which];
}

const macApp = (name) => `/Applications/${name}.app/Contents/MacOS/${name}`;

/**
 * Per tool: the commands it consists of (each a list of names, the first found counts), the packages that bring it,
 * and the service that a package would start and that nobody here asked for.
 */
const tools = {
  mariadb: {
    commands: [['mariadbd'], ['mariadb-install-db'], ['mariadb']],
    apt: ['mariadb-server', 'mariadb-client'],
    dnf: ['mariadb-server', 'mariadb'],
    brew: ['mariadb'],
    service: 'mariadb',
  },
  etcd: { commands: [['etcd']], apt: ['etcd-server'], dnf: ['etcd'], brew: ['etcd'], service: 'etcd' },
  etcdctl: { commands: [['etcdctl']], apt: ['etcd-client'], dnf: ['etcd'], brew: ['etcd'] },
  chromium: {
    commands: [
      [
        'chromium',
        'chromium-browser',
        'google-chrome-stable',
        'google-chrome',
        macApp('Chromium'),
        macApp('Google Chrome'),
      ],
    ],
    apt: ['chromium'],
    dnf: ['chromium'],
    brew: ['--cask', 'google-chrome'],
  },
  prometheus: {
    commands: [['prometheus']],
    apt: ['prometheus'],
    dnf: ['golang-github-prometheus'],
    brew: ['prometheus'],
    service: 'prometheus',
  },
  'mysqld-exporter': {
    commands: [['prometheus-mysqld-exporter', 'mysqld_exporter']],
    apt: ['prometheus-mysqld-exporter'],
    dnf: ['mysqld_exporter'],
    brew: ['mysqld_exporter'],
    service: 'prometheus-mysqld-exporter',
  },
  openssl: { commands: [['openssl']], apt: ['openssl'], dnf: ['openssl'], brew: ['openssl'] },
  ssh: { commands: [['ssh'], ['ssh-keygen']], apt: ['openssh-client'], dnf: ['openssh-clients'], brew: ['openssh'] },
  sshd: { commands: [['sshd']], apt: ['openssh-server'], dnf: ['openssh-server'], brew: ['openssh'], service: 'ssh' },
  'g++': { commands: [['g++', 'c++']], apt: ['g++'], dnf: ['gcc-c++'], brew: ['gcc'] },
  make: { commands: [['make']], apt: ['make'], dnf: ['make'], brew: ['make'] },
  python3: { commands: [['python3']], apt: ['python3'], dnf: ['python3'], brew: ['python'] },
  zsh: { commands: [['zsh']], apt: ['zsh'], dnf: ['zsh'], brew: ['zsh'] },
  fish: { commands: [['fish']], apt: ['fish'], dnf: ['fish'], brew: ['fish'] },
  xvfb: { commands: [['xvfb-run']], apt: ['xvfb', 'xauth'], dnf: ['xorg-x11-server-Xvfb'], brew: ['xquartz'] },
};

/** Debian keeps servers in sbin, which is not on every user's PATH. */
export function findCommand(name) {
  const folders = path.isAbsolute(name)
    ? ['']
    : [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin', '/opt/homebrew/bin'];
  for (const folder of folders) {
    const file = folder === '' ? name : path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not there: the next folder.
    }
  }
  return undefined;
}

const pathsOf = (tool) => tools[tool].commands.map((names) => names.map(findCommand).find(Boolean));

const isMissing = (tool) => pathsOf(tool).some((found) => found === undefined);

/**
 * Says on standard error that `label` is going on, once it has taken a second, and again every 15 seconds.
 * Standard output stays free for results.
 */
export async function withProgress(label, action) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  let shown = false;
  const first = setTimeout(() => {
    shown = true;
    process.stderr.write(`${label} ...\n`);
  }, 1000);
  const again = setInterval(() => process.stderr.write(`${label} ... ${seconds()}\n`), 15_000);
  try {
    const result = await action();
    if (shown) process.stderr.write(`${label}: done in ${seconds()}\n`);
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
}

/** Runs a command to its end; what it said is shown only when it failed. */
async function run(label, command, args, { cwd = root, env = {}, timeoutMs = 900_000 } = {}) {
  await withProgress(label, async () => {
    const child = spawn(command, args, { cwd, env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    const forget = onExit(() => stopTree(child.pid));
    let output = '';
    const keep = (data) => (output = (output + data.toString()).slice(-8000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setTimeout(() => stopTree(child.pid), timeoutMs);
    const code = await new Promise((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('close', (code, signal) => resolve(code ?? signal));
    });
    clearTimeout(timer);
    forget();
    if (code !== 0) {
      throw new Error(`${label} failed (${code}): ${command} ${args.join(' ')}\n${output.trimEnd()}`);
    }
  });
}

/** The packages of package-lock.json that node_modules lacks or has in another version. */
function outdatedDependencies() {
  const packagesOf = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return ['everything'];
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(packagesOf('package-lock.json'))
    .filter(([name, { optional }]) => name !== '' && !(optional && installed[name] === undefined))
    .filter(([name, { version }]) => installed[name]?.version !== version)
    .map(([name]) => name);
}

/** `npm ci` where node_modules is missing or is not what package-lock.json says. */
export async function ensureDependencies() {
  if (outdatedDependencies().length === 0) return;
  await run('Installing the npm packages (npm ci)', npm(), ['ci', '--no-progress']);
}

const npm = () => (process.platform === 'win32' ? 'npm.cmd' : 'npm');

const hasSudo = () =>
  findCommand('sudo') !== undefined && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;

const packagesFor = (missing, manager) => [...new Set(missing.flatMap((tool) => tools[tool][manager]))];

function commandsByHand(missing) {
  return [
    `  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install ${packagesFor(missing, 'apt').join(' ')}`,
    `  Fedora:          sudo dnf install ${packagesFor(missing, 'dnf').join(' ')}`,
    ...missing
      .filter((tool) => tools[tool].brew[0] === '--cask')
      .map((tool) => `  macOS:           brew install ${tools[tool].brew.join(' ')}`),
    ...[
      packagesFor(
        missing.filter((tool) => tools[tool].brew[0] !== '--cask'),
        'brew',
      ),
    ]
      .filter((formulas) => formulas.length > 0)
      .map((formulas) => `  macOS:           brew install ${formulas.join(' ')}`),
  ].join('\n');
}

async function isAgreed(question, yes) {
  if (yes || Boolean(process.env.CI)) return true;
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes|)$/i.test((await terminal.question(`${question} [Y/n] `)).trim());
  } finally {
    terminal.close();
  }
}

/**
 * Installs Debian packages without starting a service: policy-rc.d refuses while dpkg runs (and is taken away again),
 * RUNLEVEL=1 does the same where a policy of the machine's own exists, and the services are not enabled for next time.
 */
function aptScript(packages, services) {
  return [
    'set -e',
    'export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1',
    'policy=/usr/sbin/policy-rc.d',
    'if [ ! -e $policy ]; then',
    "  trap 'rm -f $policy' EXIT; trap 'exit 1' INT TERM HUP",
    "  printf '#!/bin/sh\\nexit 101\\n' > $policy; chmod 755 $policy",
    'fi',
    'apt-get -qq update',
    `apt-get -qq -y --no-install-recommends install ${packages.join(' ')}`,
    ...services.map((service) => `systemctl disable --quiet ${service} 2>/dev/null || true`),
  ].join('\n');
}

/**
 * Finds the named tools, or installs them, or says how and ends the process with exit code 1; without them it goes on
 * where they are `optional`.
 * Gives the path of each command by its first name (`mariadbd`, `mariadb-install-db`, `chromium`, ...).
 */
export async function ensureTools({ need, yes = process.argv.includes('--yes'), purpose = 'this', optional = false }) {
  const missing = need.filter(isMissing);
  if (missing.length > 0) await installTools(missing, { yes, purpose, optional });
  return Object.fromEntries(
    need.flatMap((tool) => tools[tool].commands.map((names, index) => [names[0], pathsOf(tool)[index]])),
  );
}

async function installTools(missing, { yes, purpose, optional }) {
  const packages = packagesFor(missing, 'apt');
  const isRoot = process.getuid?.() === 0;
  const byHand = () => {
    process.stderr.write(`To install:\n${commandsByHand(missing)}\n`);
    if (!optional) process.exit(1);
  };
  process.stderr.write(`Missing for ${purpose}: ${missing.join(', ')}.\n`);
  if (findCommand('apt-get') === undefined || !(isRoot || hasSudo())) return byHand();
  const question = `Install ${packages.join(' ')} with apt-get${isRoot ? '' : ' (sudo)'}? No service is started.`;
  if (!(await isAgreed(question, yes))) return byHand();
  const services = missing.flatMap((tool) => tools[tool].service ?? []);
  const shell = ['sh', '-c', aptScript(packages, services)];
  try {
    const [command, ...args] = isRoot ? shell : ['sudo', '-n', ...shell];
    await run(`Installing ${packages.join(' ')}`, command, args);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
  }
  const still = missing.filter(isMissing);
  if (still.length > 0) {
    missing = still;
    process.stderr.write(`Still missing: ${missing.join(', ')}.\n`);
    byHand();
  }
}

/** Where VS Code builds are kept: ignored by git, or a folder that outlives the checkout. */
export const vscodeCache = () => process.env.REPLIDECK_VSCODE_CACHE ?? path.join(root, '.vscode-test');

function serverHostPaths({ codeServer, node }) {
  const folder = path.join(vscodeCache(), `server-host-${codeServer}-node-${node}`);
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const nodeFolder = path.join(folder, 'node_modules', nodePackage);
  const vscodeFolder = path.join(folder, 'node_modules/code-server/lib/vscode');
  return { folder, nodePackage, nodeFolder, vscodeFolder, marker: path.join(folder, 'steps-done') };
}

/**
 * Installs the VS Code server that code-server carries, once per version. Interrupted, it goes on at the step it was
 * in: every step may be run again, and is only counted when it ended well.
 */
export async function ensureServerHost({ yes } = {}) {
  const wanted = vscodeVersion();
  const { folder, nodePackage, nodeFolder, vscodeFolder, marker } = serverHostPaths(wanted);
  const node = path.join(nodeFolder, 'bin/node');
  const env = {
    npm_config_nodedir: nodeFolder,
    npm_config_engine_strict: 'false',
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
  };
  const steps = [
    async () => {
      writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
      const packages = [`code-server@${wanted.codeServer}`, `${nodePackage}@${wanted.node}`];
      const args = ['install', '--ignore-scripts', '--no-progress', ...packages];
      await run('VS Code server, 1 of 3: downloading', npm(), args, { cwd: folder });
    },
    async () => {
      fromRegistry(vscodeFolder);
      const args = ['install', '--omit=dev', '--ignore-scripts', '--no-progress'];
      await run('VS Code server, 2 of 3: its packages', npm(), args, { cwd: vscodeFolder });
    },
    async () => {
      await ensureTools({ need: ['g++', 'make', 'python3'], yes, purpose: 'building the VS Code server' });
      const folderOf = (name) => path.join(vscodeFolder, 'node_modules', name);
      const names = ['@vscode/spdlog', '@vscode/native-watchdog', 'native-watchdog'].filter((name) =>
        existsSync(folderOf(name)),
      );
      // Later ones come with it built.
      if (!existsSync(path.join(folderOf('node-pty'), 'prebuilds'))) names.push('node-pty');
      const args = ['rebuild', ...names];
      await run('VS Code server, 3 of 3: building', npm(), args, { cwd: vscodeFolder, env });
    },
  ];
  mkdirSync(folder, { recursive: true });
  const done = () => (existsSync(marker) ? Number(readFileSync(marker, 'utf8')) : 0);
  if (done() < steps.length) {
    await underLock(path.join(folder, 'lock'), async () => {
      for (let step = done(); step < steps.length; step += 1) {
        await steps[step]();
        writeFileSync(marker, `${step + 1}\n`);
      }
    });
  }
  const { version } = JSON.parse(readFileSync(path.join(vscodeFolder, 'package.json'), 'utf8'));
  return { node, main: path.join(vscodeFolder, 'out/server-main.js'), version };
}

/**
 * What an older VS Code takes from GitHub, from the registry: a commit as the release of the same version, and of ripgrep
 * the first release that does not fetch its program while it is installed.
 */
function fromRegistry(folder) {
  const [manifestFile, lockFile] = ['package.json', 'npm-shrinkwrap.json'].map((name) => path.join(folder, name));
  if (!existsSync(lockFile)) return;
  const [manifest, lock] = [manifestFile, lockFile].map((file) => JSON.parse(readFileSync(file, 'utf8')));
  for (const [name, wanted] of Object.entries(manifest.dependencies)) {
    const isRipgrep = name === '@vscode/ripgrep';
    if (!wanted.includes('#') && !isRipgrep) continue;
    const version = isRipgrep ? '1.18.0' : lock.packages[`node_modules/${name}`].version;
    manifest.dependencies[name] = lock.packages[''].dependencies[name] = version;
    delete lock.packages[`node_modules/${name}`];
  }
  writeFileSync(manifestFile, JSON.stringify(manifest));
  writeFileSync(lockFile, JSON.stringify(lock));
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** One installer at a time; the lock of a process that is gone counts for nothing. */
async function underLock(lock, action) {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAlive(Number(readFileSync(lock, 'utf8')))) await new Promise((resolve) => setTimeout(resolve, 500));
      else rmSync(lock, { force: true });
    }
  }
  const forget = onExit(() => rmSync(lock, { force: true }));
  try {
    await action();
  } finally {
    forget();
    rmSync(lock, { force: true });
  }
}

async function main() {
  const names = process.argv.slice(2).filter((name) => !name.startsWith('-'));
  const special = { dependencies: ensureDependencies, 'server-host': ensureServerHost };
  const need = names.filter((name) => special[name] === undefined);
  const unknown = need.filter((name) => tools[name] === undefined);
  if (unknown.length > 0) {
    const known = [...Object.keys(special), ...Object.keys(tools)].join(', ');
    throw new Error(`Unknown: ${unknown.join(', ')}. Known: ${known}`);
  }
  for (const name of names) await special[name]?.({});
  process.stdout.write(`${JSON.stringify(await ensureTools({ need }), undefined, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
