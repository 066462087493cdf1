// The suite inside a real VS Code, on a real sandbox fleet:  node --import tsx test/host/runHost.ts
import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onExit } from '../processes.mjs';
import { freePorts } from '../sandbox/freePorts';
import { assertReadsOnly } from '../sandbox/readsOnly';
import { startSandbox } from '../sandbox/sandbox';
import { describeHost } from '../vscode/chooseHost';
import { describeHostErrors } from '../vscode/hostErrors';
import { runSuite } from '../vscode/runSuite';
import { makeTemporaryFolder } from '../vscode/temporaryFolder';

const root = path.dirname(path.dirname(__dirname));
const compiled = path.join(root, 'dist/test/host');

/** Compiles every test for the extension host; what was compiled before and is no more is not run either. */
async function compileSuites(): Promise<void> {
  rmSync(compiled, { recursive: true, force: true });
  const folder = path.join(root, 'test/host');
  const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(folder, 'index.ts'), ...tests.map((name) => path.join(folder, name))],
    outbase: folder,
    outdir: compiled,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}

interface Pass {
  readonly label: string;
  readonly suite: string;
  readonly workspace: string;
  readonly restricted: boolean;
  readonly env: Readonly<Record<string, string>>;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly failures?: readonly { readonly title: string; readonly message: string }[];
}

async function runPass(pass: Pass): Promise<Counts> {
  const folder = makeTemporaryFolder();
  const counts = path.join(folder.path, 'counts.json');
  const lines = path.join(folder.path, 'lines');
  const result = await runSuite({
    extensionPath: root,
    suitePath: path.join(compiled, 'index.js'),
    workspace: pass.workspace,
    restricted: pass.restricted,
    timeoutMs: 180_000,
    env: { ...pass.env, REPLIDECK_SUITE: pass.suite, REPLIDECK_COUNTS: counts, REPLIDECK_LINES: lines },
  });
  console.log(`${pass.label}: ${describeHost(result.host, result.version)}`);
  console.log(existsSync(lines) ? readFileSync(lines, 'utf8') : '');
  for (const line of result.extensionLog.filter((each) => each.includes('Activated in'))) console.log(`  ${line}`);
  mkdirSync(path.join(root, 'dist/test'), { recursive: true });
  writeFileSync(
    path.join(root, `dist/test/host-${pass.suite === '' ? 'trusted' : pass.suite}.log`),
    [...result.log, ...result.extensionLog].join('\n'),
  );
  const counted = existsSync(counts) ? (JSON.parse(readFileSync(counts, 'utf8')) as Counts) : { passed: 0, failed: 1 };
  folder.remove();
  if (result.exitCode !== 0)
    console.log(`  The last words of the extension host:\n${result.log.slice(-30).join('\n')}`);
  const whole = result.exitCode === 0 || counted.failed > 0 ? counted : { ...counted, failed: 1 };
  return added([whole, nothingUnhandled(result.hostErrors)]);
}

const added = (all: readonly Counts[]): Counts => ({
  passed: all.reduce((sum, { passed }) => sum + passed, 0),
  failed: all.reduce((sum, { failed }) => sum + failed, 0),
  failures: all.flatMap(({ failures }) => failures ?? []),
});

/** Over a whole pass: mocha sees the exceptions of a running test, and VS Code those of all the rest. */
function nothingUnhandled(hostErrors: readonly string[]): Counts {
  const title = 'leaves nothing unhandled in the extension host';
  if (hostErrors.length === 0) {
    console.log(`  ✔ ${title}`);
    return { passed: 1, failed: 0 };
  }
  const message = describeHostErrors(hostErrors);
  console.log(`  ✖ ${title}\n${message}`);
  return { passed: 0, failed: 1, failures: [{ title, message }] };
}

/** Over the whole suite: what the extension has sent to the servers, by their own logs. */
function readsOnly(generalLogs: readonly string[]): Counts {
  const title = 'sends nothing but reads';
  try {
    console.log(`  ${title}: ${assertReadsOnly(generalLogs, 'replideck')} statements`);
    return { passed: 1, failed: 0 };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.log(`  ${title}: ${message}`);
    return { passed: 0, failed: 1, failures: [{ title, message }] };
  }
}

async function main(): Promise<void> {
  await compileSuites();
  const folder = makeTemporaryFolder();
  const sandbox = await startSandbox({
    generalLog: true,
    onProgress: (text) => {
      console.error(text);
    },
  });
  const forget = onExit(() => sandbox.stop());
  const results = [];
  try {
    const known = path.join(folder.path, 'sandbox.json');
    const keyOf = (name: string) => sandbox.instance(name).key;
    writeFileSync(
      known,
      JSON.stringify(
        sandbox.instances.map(({ key, cluster, datacenter, sources }) => ({
          key,
          cluster,
          datacenter,
          version: sandbox.kind.version,
          connections: sources.map(({ connection, source }) => ({ name: connection, source: keyOf(source) })),
        })),
      ),
    );
    results.push(
      await runPass({
        label: 'Trusted workspace, sandbox fleet',
        suite: '',
        workspace: sandbox.workspaceFolder,
        restricted: false,
        env: { REPLIDECK_SANDBOX: known },
      }),
    );
    results.push(readsOnly(sandbox.generalLogs));
  } finally {
    await sandbox.stop();
    forget();
  }

  const [port = 0] = await freePorts(1);
  const restricted = path.join(folder.path, 'restricted');
  mkdirSync(restricted);
  writeFileSync(
    path.join(restricted, 'replideck.yaml'),
    [
      'version: 1',
      'clusters:',
      `  s1: { instances: ['127.0.0.1:${port}'] }`,
      'grantTemplates: [{ files: app.sql, clusters: [s1], on: all }]\n',
    ].join('\n'),
  );
  writeFileSync(path.join(restricted, 'app.sql'), "CREATE USER 'app'@'%' IDENTIFIED BY 'x';\n");
  results.push(
    await runPass({
      label: 'Restricted workspace',
      suite: 'restricted',
      workspace: restricted,
      restricted: true,
      env: { REPLIDECK_LISTEN_PORT: String(port) },
    }),
  );
  folder.remove();

  const counts = added(results);
  const file = process.env['REPLIDECK_COUNTS'];
  if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
