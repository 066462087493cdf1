// Defects that are planted one by one into a copy of the checkout, each with the narrow check that has to fail on it.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onExit } from '../processes.mjs';
import { runTests } from './runTests.mjs';

/** The text `from` of a file, as it is planted; it has to stand there, so that a defect that fits no more is told. */
const defects = [
  {
    defect: 'any statement is sent',
    file: 'src/adapters/mysql/queries.ts',
    ...{ from: 'if (!isAllowed(text)) {', to: 'if (text === "") {' },
    check: 'adapters/queries',
  },
  {
    defect: 'a write counts as a read in the general log',
    file: 'test/sandbox/readsOnly.ts',
    ...{ from: 'const reads = [', to: 'const reads = [/./,' },
    check: 'sandbox/readsOnly',
  },
  {
    defect: 'a server may ask for a file of this machine',
    file: 'src/adapters/mysql/link.ts',
    ...{
      from: 'connection.query(text, (',
      to: "connection.query({ sql: text, infileStreamFactory: () => process.getBuiltinModule('node:fs').createReadStream('/etc/passwd') } as never, (",
    },
    ...{ check: 'adapters/mysqlReader', grep: 'gives no file' },
  },
  {
    defect: 'answers have no end',
    file: 'src/adapters/mysql/meteredStream.ts',
    ...{ from: 'if (allowance < 0) {', to: 'if (allowance < -1e12) {' },
    ...{ check: 'adapters/brokenServers', grep: 'without end' },
  },
  {
    defect: 'a statement has no deadline',
    file: 'src/adapters/mysql/link.ts',
    ...{ from: "stop.addEventListener('abort', onStop, { once: true });\n        metered", to: 'metered' },
    ...{ check: 'adapters/brokenServers', grep: 'never answered' },
  },
  {
    defect: 'answers out of step are believed',
    file: 'src/adapters/mysql/poll.ts',
    ...{ from: 'server.asked.rows.length === 0', to: 'server.asked.rows.length < 0' },
    ...{ check: 'adapters/faultyServers', grep: 'by its deadline' },
  },
  {
    defect: 'bodies of HTTP have no end',
    file: 'src/adapters/http/httpClient.ts',
    ...{ from: 'if (this.#bytes > this.#request.maxBytes) {', to: 'if (this.#bytes > 1e12) {' },
    ...{ check: 'adapters/httpServices', grep: 'endless' },
  },
  {
    defect: 'what stands still in TLS is kept',
    file: 'src/adapters/http/lane.ts',
    ...{ from: 'if (this.#waiting === 0) this.#attempt', to: 'if (this.#waiting < 0) this.#attempt' },
    ...{ check: 'servers/mysqlReader.tunnel', grep: 'stands still in TLS' },
  },
  {
    defect: 'a redirect is an answer like any other',
    file: 'src/core/http/parseJson.ts',
    ...{ from: "trouble('redirected'", to: "trouble('notJson'" },
    ...{ check: 'adapters/httpServices', grep: 'redirect' },
  },
  {
    defect: 'an inventory may be nested without end',
    file: 'src/core/inventory/yamlDocument.ts',
    ...{ from: 'if (depth > maxDepth)', to: 'if (depth > 1e9)' },
    check: 'core/inventory/yamlDocument',
  },
  {
    defect: 'a tooltip takes Markdown of servers',
    file: 'src/ui/tree/tooltips.ts',
    ...{ from: "text.replaceAll(/[\\\\`*_{}[\\]()#+\\-.!<>|~&]/g, '\\\\$&')", to: 'text' },
    ...{ check: 'ui/fleetNodes', grep: 'escapes what a server says' },
  },
  {
    defect: 'a document takes Markdown of servers',
    file: 'src/core/markdown.ts',
    ...{ from: '(character) => `\\\\${character}`', to: '(character) => character' },
    ...{ check: 'fuzz/hostileFields', grep: '1 of 5' },
  },
  {
    defect: 'escapes of terminals and turned writing reach rows and documents',
    file: 'src/core/findings/phrase.ts',
    ...{ from: "text.replace(unseen, ' ').trim()", to: 'text.trim()' },
    ...{ check: 'fuzz/hostileFields', grep: '3 of 5' },
  },
  {
    defect: 'a page sets texts as HTML',
    file: 'media/shared/dom.ts',
    ...{ from: 'element.textContent = text;', to: 'element.innerHTML = text;' },
    ...{ check: 'window/pages/mirrorPanel', grep: 'as text' },
  },
  {
    defect: 'a quote ends an argument of the shell',
    file: 'src/core/guard/quoteShell.ts',
    ...{ from: 'text.replaceAll("\'", "\'\\\\\'\'")', to: 'text' },
    ...{ check: 'core/guard/quoteShell', grep: 'bash' },
  },
  {
    defect: 'a line break reaches a terminal',
    file: 'src/core/guard/quoteShell.ts',
    ...{ from: 'if (/[\\n\\r\\u0085\\u2028\\u2029]/.test(text)) {', to: "if (text === '\\n') {" },
    ...{ check: 'core/guard/quoteShell', grep: 'refuses' },
  },
  {
    defect: 'a quote ends a literal of SQL',
    file: 'src/core/guard/quoteSql.ts',
    ...{ from: '"\'": "\'\'",', to: '' },
    check: 'core/guard/quoteSql',
  },
  {
    defect: 'a step runs in a workspace that is not trusted',
    file: 'src/app/releaseStep.ts',
    ...{ from: 'if (!mayConnect()) return', to: 'if (stepId === "") return' },
    check: 'app/releaseStep',
  },
  {
    defect: 'a step runs where the plan has changed',
    file: 'src/app/releaseStep.ts',
    ...{ from: ', ...logic.whatChanged(plan, present)]', to: ']' },
    check: 'app/releaseStep',
  },
  {
    defect: 'grants are read in a workspace that is not trusted',
    file: 'src/app/grantStore.ts',
    ...{ from: '.mayConnect()', to: '.mayConnect() && false' },
    check: 'app/grantStore',
  },
  {
    defect: 'a step runs without an audit log',
    file: 'src/app/runStep.ts',
    ...{
      from: 'return refused(t`The audit log cannot be written',
      to: 'options.log.error(t`The audit log cannot be written',
    },
    check: 'app/runStep',
  },
  {
    defect: 'secret files are readable for all',
    file: 'src/adapters/files/secretFiles.ts',
    ...{ from: 'mode: 0o600', to: 'mode: 0o644' },
    check: 'adapters/runnerFiles',
  },
  {
    defect: 'hashes are not redacted',
    file: 'src/core/redact.ts',
    ...{
      from: 'for (const pattern of secretShapes) redacted',
      to: 'for (const pattern of secretShapes.slice(0, 0)) redacted',
    },
    check: 'core/redact',
  },
  {
    defect: 'what is never offered is offered',
    file: 'src/core/guard/neverList.ts',
    ...{
      from: 'return judge(sql, false, context) ?? judge(sql, true, context);',
      to: 'return sql === "" ? judge(sql, true, context) : undefined;',
    },
    check: 'core/guard/neverList',
  },
  {
    defect: 'a dependency comes without a reason',
    file: 'ARCHITECTURE.md',
    ...{ from: '| `uplot` ', to: '| `other` ' },
    check: 'manifest/dependencies',
  },
];

/** Everything that git knows or would, with the packages of the checkout. */
function copyOf(root) {
  const copy = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-planted-'));
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    ...{ cwd: root, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 },
  });
  for (const file of stdout.split('\0').filter(Boolean)) {
    mkdirSync(path.join(copy, path.dirname(file)), { recursive: true });
    copyFileSync(path.join(root, file), path.join(copy, file));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

/** Plants each in turn, and tells whether its check failed; a check that fails without it proves nothing; `only`: words of defects. */
export async function runPlanted(root, say, only = []) {
  const copy = copyOf(root);
  const remove = () => rmSync(copy, { recursive: true, force: true });
  const forget = onExit(remove);
  const planted = [];
  try {
    for (const { defect, file, from, to, check, grep } of defects.filter(
      ({ defect }) => only.length === 0 || only.some((word) => defect.includes(word)),
    )) {
      say(`Planting: ${defect} ...`);
      const place = path.join(copy, file);
      const sound = readFileSync(place, 'utf8');
      const test = { files: [check], ...(grep !== undefined && { grep }) };
      const verdict = await (async () => {
        if (!sound.includes(from)) return 'does not fit the source any more';
        const before = await runTests(copy, test, 240_000);
        if (before.counts === undefined || before.counts.failed > 0 || before.counts.passed === 0)
          return 'the check does not hold without it';
        writeFileSync(
          place,
          sound.replace(from, () => to),
        );
        const { counts } = await runTests(copy, test, 240_000);
        writeFileSync(place, sound);
        if (counts === undefined) return 'the source does not load with it';
        return counts.failed > 0 ? 'seen to fail' : 'NOT SEEN';
      })();
      planted.push({ defect, check: grep === undefined ? check : `${check} (${grep})`, verdict });
      say(`  ${verdict}`);
    }
  } finally {
    forget();
    remove();
  }
  return planted;
}
