// What is attacked, and the tests that do it: `npm run attacks` runs them with larger numbers than `npm test`.

/** By its title: test files, and what the run needs besides. */
export const attackParts = {
  'servers that misbehave': {
    files: ['adapters/faultyServers', 'adapters/brokenServers', 'adapters/authPlugins', 'adapters/mysqlReader'],
  },
  'HTTP ends that misbehave': {
    files: [
      ...['adapters/faultyHttpServers', 'adapters/httpServices', 'adapters/silentNeighbours', 'adapters/burrowReader'],
      ...['adapters/etcdHostile', 'adapters/etcdReader', 'core/http/parseJson'],
    ],
  },
  'a bastion between': { files: ['servers/mysqlReader.tunnel'], retries: 1 },
  'hostile texts in every field': {
    files: ['fuzz/hostileFields', 'ui/fleetNodes', 'core/tools/toolAnswer', 'core/runbooks/renderAudit'],
    env: { FUZZ_RUNS: '301' },
  },
  'pages of the panels, in Chromium': {
    files: ['window/pages/replicationPanel', 'window/pages/mirrorPanel'],
    grep: 'text|script|policy',
  },
  'fuzzed parsers': {
    files: ['fuzz/parsers', 'fuzz/readings', 'core/inventory/fuzz', 'core/grants/fuzz', 'core/inventory/yamlDocument'],
    env: { FUZZ_RUNS: '1000' },
  },
  'quoting in real shells': {
    files: ['core/guard/quoteShell', 'core/guard/quoteSql', 'core/guard/quoteOption', 'core/runbooks/clientCall'],
  },
  'guards of steps that write': {
    files: ['app/releaseStep', 'app/runStep', 'core/guard/guards', 'core/guard/neverList', 'adapters/runnerFiles'],
  },
  'reads only': { files: ['adapters/queries', 'sandbox/readsOnly', 'adapters/orchestratorReader'] },
  'secrets stay inside': { files: ['core/redact', 'adapters/credentials', 'adapters/optionFile'] },
  'what is shipped from others': { files: ['manifest/dependencies'] },
};

/** The parts of `npm test` that attack through a real VS Code: general logs, canary passwords, restricted mode. */
export const wholeParts = ['host', 'window'];
