import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { parseInventory } from '../../../src/core/inventory/parseInventory';

const schema = JSON.parse(
  readFileSync(new URL('../../../media/inventory.schema.json', new URL('.', import.meta.url)), 'utf8'),
) as object;
const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
ajv.addVocabulary(['enumDescriptions']);
const validate = ajv.compile(schema);

/**
 * What a document is: `fine` for both, wrong in `structure` (both say so), or wrong in `meaning`, which the schema
 * cannot see: names that are not declared, addresses, thresholds that contradict each other.
 */
type Verdict = 'fine' | 'structure' | 'meaning';

function check(document: string, verdict: Verdict): void {
  const isValid = validate(parse(document, { merge: true, logLevel: 'silent' }));
  const { problems } = parseInventory(document);
  const found = { schema: isValid, parser: problems.length === 0 };
  const expected = { schema: verdict !== 'structure', parser: verdict === 'fine' };
  assert.deepEqual(found, expected, JSON.stringify({ document, errors: validate.errors, problems }, null, 1));
}

const body = (text: string): string => `version: 1\n${text}\n`;
const cluster = (text: string): string => body(`clusters: { s1: { ${text} } }`);
const item = (text: string): string => cluster(`instances: [${text}]`);
const login = (text: string): string => body(`credentials: { a: ${text} }`);
const defaults = (text: string): string => body(`defaults: { ${text} }`);
const mirror = (text: string): string => body(`etcdMirrors: { m: { api: v2, source: http://a, ${text} } }`);
const backups = (text: string): string =>
  body(`sections: { s1: 1 }\nbackups: { b: { instance: db1, table: a.b, ${text} } }`);
const pipeline = (text: string): string => body(`pipelines: { p: { source: a, replica: b, tables: x.*, ${text} } }`);
const burrow = (text: string): string => body(`burrow: { b: { url: http://x, ${text} } }`);
const template = (text: string): string => body(`clusters: { s1: { instances: [db1] } }\ngrantTemplates: [${text}]`);

const sample = readFileSync(new URL('sample.yaml.txt', new URL('.', import.meta.url)), 'utf8');

const table: readonly (readonly [string, Verdict])[] = [
  [sample, 'fine'],
  ['version: 1', 'fine'],
  ['version: 1.0', 'fine'],
  ["version: '1'", 'structure'],
  ['version: 2', 'structure'],
  ['version:', 'structure'],
  ['defaults: {}', 'structure'],
  ['', 'structure'],
  ['[1]', 'structure'],
  [body('clutsers: {}'), 'structure'],
  [body('clusters:'), 'structure'],
  [body('clusters: {}'), 'fine'],
  [body('clusters: []'), 'structure'],
  [body("clusters: { '': { instances: [db1] } }"), 'structure'],
  [body('clusters: { s1: }'), 'structure'],
  [cluster(''), 'structure'],
  [cluster('instances: []'), 'structure'],
  [cluster('instances: db1'), 'structure'],
  [cluster('instances: [db1], production: yes'), 'structure'],
  [cluster('instances: [db1], production: true, primary: db1'), 'fine'],
  [cluster('instances: [db1], primary: db2'), 'meaning'],
  [cluster('instances: [db1], primary: { eqiad: db1 }'), 'fine'],
  [cluster('instances: [db1], primary: {}'), 'structure'],
  [cluster('instances: [db1], primary: { eqiad: 1 }'), 'structure'],
  [cluster('instances: [db1], primary: [db1]'), 'structure'],
  [cluster('instances: [db1], pollSeconds: 5, tls: required'), 'fine'],
  [cluster('instances: [db1], via: ssh://b'), 'structure'],
  [item('db1:3307, ::1, "[::2]:3306"'), 'fine'],
  [item('db1:99999'), 'meaning'],
  [item('db1, db1'), 'meaning'],
  [item('db1:s1'), 'meaning'],
  [item('3306'), 'structure'],
  [item('""'), 'structure'],
  [item('~'), 'structure'],
  [item('{ port: 3306 }'), 'structure'],
  [item('{ host: db1, port: 0 }'), 'structure'],
  [item('{ host: db1, port: 3306.5 }'), 'structure'],
  [item('{ host: db1, port: "3306" }'), 'structure'],
  [item('{ host: db1, section: s1 }'), 'meaning'],
  [item('{ host: "db1:3306" }'), 'meaning'],
  [item('{ host: db1, delaySeconds: 86400, datacenter: x, via: "ssh://b" }'), 'fine'],
  [item('{ host: db1, delaySeconds: -1 }'), 'structure'],
  [item('{ host: db1, via: bastion }'), 'structure'],
  [item('{ host: db1, via: "ssh://-x" }'), 'meaning'],
  [item('{ host: db1, password: x }'), 'structure'],
  [item('&x { host: db1, pollSeconds: 5 }, { <<: *x, host: db2 }'), 'fine'],
  [item('&x { host: db1, bad: 5 }, { <<: *x, host: db2 }'), 'structure'],
  [login('{ user: u }'), 'fine'],
  [login('{ optionFile: f, group: g }'), 'fine'],
  [login('{ user: u, password: { secret: s }, socket: /s }'), 'fine'],
  [login('{ user: u, password: { env: A_1 } }'), 'fine'],
  [login('{ user: u, password: { env: 1A } }'), 'structure'],
  [login('{ user: u, password: hunter2 }'), 'structure'],
  [login('{ user: u, password: {} }'), 'structure'],
  [login('{ bearer: { secret: s } }'), 'fine'],
  [login('{ bearer: hunter2 }'), 'structure'],
  [login('{ bearer: { secret: s }, user: u }'), 'structure'],
  [login('{ cookie: { name: access-token, env: A } }'), 'fine'],
  [login('{ cookie: { env: A } }'), 'structure'],
  [login('{ header: { name: X-Cas-Uid, secret: s } }'), 'fine'],
  [login('{ header: { name: "X: y", secret: s } }'), 'structure'],
  [login('{ header: { name: Host, secret: s } }'), 'meaning'],
  [login('{ user: u, password: { secret: s, env: E } }'), 'structure'],
  [login('{ user: u, password: { value: s } }'), 'structure'],
  [login('{ user: u, group: g }'), 'structure'],
  [login('{ socket: /s }'), 'structure'],
  [login('{}'), 'structure'],
  [login('{ user: 5 }'), 'structure'],
  [defaults('credentials: a'), 'meaning'],
  [defaults('tls: verify-ca'), 'fine'],
  [defaults('tls: on'), 'structure'],
  [defaults('tls: false'), 'structure'],
  [defaults('tls: {}'), 'fine'],
  [defaults('tls: { mode: required, ca: x, cert: y, key: z, serverName: n }'), 'fine'],
  [defaults('tls: { cert: y }'), 'meaning'],
  [defaults('tls: { mode: x }'), 'structure'],
  [defaults('tls: { cafile: x }'), 'structure'],
  [defaults('heartbeat: false'), 'fine'],
  [defaults('heartbeat: true'), 'structure'],
  [defaults('heartbeat: {}'), 'structure'],
  [defaults('heartbeat: { table: a.b }'), 'fine'],
  [defaults('heartbeat: { table: a }'), 'structure'],
  [defaults('heartbeat: a.b'), 'structure'],
  [defaults('thresholds: { lagWarnSeconds: 400 }'), 'meaning'],
  [defaults('thresholds: { lagWarnSeconds: -1 }'), 'structure'],
  [defaults('thresholds: { lag: 1 }'), 'structure'],
  [defaults('pollSeconds: 0'), 'structure'],
  [defaults('pollSeconds: 0.5'), 'structure'],
  [defaults('pollSeconds: .nan'), 'structure'],
  [defaults('pollSeconds: .inf'), 'structure'],
  [defaults('timeoutSeconds: 0.5'), 'fine'],
  [defaults('timeoutSeconds: 5s'), 'structure'],
  [defaults('host: x'), 'structure'],
  [body('sections: { s1: 3311, a-b_c.d: 65535 }'), 'fine'],
  [body('sections: { 12: 3311 }'), 'structure'],
  [body('sections: { a b: 3311 }'), 'structure'],
  [body('sections: { s1: 0 }'), 'structure'],
  [body('sections: [s1]'), 'structure'],
  [body("datacenters: { a: '*' }"), 'fine'],
  [body('datacenters: { a: 1 }'), 'structure'],
  [mirror('destination: http://b'), 'fine'],
  [mirror('destination: b'), 'structure'],
  [mirror('destination: "http://u:p@b"'), 'meaning'],
  [mirror('destination: http://b, ignoreKeys: (a'), 'meaning'],
  [mirror('destination: http://b, sourcePrefix: 1'), 'structure'],
  [mirror('sourcePrefix: /a'), 'structure'],
  [mirror('destination: [http://b, http://c]'), 'fine'],
  [mirror('destination: []'), 'structure'],
  [mirror('destination: [http://b, c]'), 'structure'],
  [mirror('destination: [http://b, 1]'), 'structure'],
  [mirror('destination: [http://b, http://b]'), 'structure'],
  [mirror('destination: [http://b, "http://u:p@c"]'), 'meaning'],
  [mirror('destination: { a: http://b }'), 'structure'],
  [body('etcdMirrors: { m: { api: v4, source: http://a, destination: http://b } }'), 'structure'],
  [body('orchestrators: { o: { url: http://a, discover: true } }'), 'fine'],
  [body('orchestrators: { o: { discover: 1 } }'), 'structure'],
  [body('prometheus: { o: { url: http://a } }'), 'fine'],
  [body('prometheus: { o: { url: http://a, discover: true } }'), 'structure'],
  [body('prometheus: { o: http://a }'), 'structure'],
  [backups('expect: []'), 'fine'],
  [backups('expect: [{ section: s1, type: dump, maxAgeDays: 1.5, minBytes: 0 }]'), 'fine'],
  [backups('expect: [{ section: s2, type: dump }]'), 'meaning'],
  [backups('expect: [{ section: s1, type: dump, warnChangePercent: 9, critChangePercent: 5 }]'), 'meaning'],
  [backups('expect: [{ section: s1, type: dump, warnChangePercent: -9 }]'), 'structure'],
  [backups('expect: [{ section: s1, type: dump, minBytes: 0.5 }]'), 'structure'],
  [backups('expect: [{ type: dump }]'), 'structure'],
  [backups('expect: {}'), 'structure'],
  [body('backups: { b: { instance: db1, table: b } }'), 'structure'],
  [pipeline('timeColumn: t, timeFormat: epoch'), 'fine'],
  [pipeline('timeColumn: t, timeFormat: seconds'), 'structure'],
  [body('pipelines: { p: { source: a, replica: b, tables: x, timeColumn: t, timeFormat: epoch } }'), 'structure'],
  [pipeline('timeColumn: t, timeFormat: epoch, bucket: day, maxLagSeconds: 60'), 'fine'],
  [pipeline('timeColumn: t, timeFormat: epoch, bucket: week'), 'structure'],
  [pipeline('timeColumn: t'), 'structure'],
  [burrow('cluster: c, groups: [g], maxLag: 10'), 'fine'],
  [burrow('cluster: c, groups: []'), 'structure'],
  [burrow('cluster: c, groups: [1]'), 'structure'],
  [burrow('cluster: c'), 'structure'],
  [burrow('cluster: c, groups: [g], maxLag: 1.5'), 'structure'],
  [template('{ files: a, clusters: [s1], on: all, variables: { a: 1, b: x, c: [y, 2], d: "" } }'), 'fine'],
  [template('{ files: a, clusters: [s2] }'), 'meaning'],
  [template('{ files: a, clusters: [s1], variables: { root_password: x } }'), 'meaning'],
  [template('{ files: a, clusters: [s1], variables: { a: true } }'), 'structure'],
  [template('{ files: a, clusters: [s1], variables: { a: { b: 1 } } }'), 'structure'],
  [template('{ files: a, clusters: [s1], on: replica }'), 'structure'],
  [template('{ files: a, clusters: [] }'), 'structure'],
  [template('{ files: a }'), 'structure'],
  [template('a'), 'structure'],
];

describe('the JSON schema and the parser agree', () => {
  for (const [document, verdict] of table) {
    it(`${verdict}: ${JSON.stringify(document.replace(/^version: 1\n/, '')).slice(0, 110)}`, () => {
      check(document, verdict);
    });
  }

  // Every value of the sample is replaced by one of every kind, and every key by another: whatever the schema refuses
  // the parser must refuse, and what the parser refuses though the schema does not must be a matter of meaning.
  it('on the sample with any one value or key replaced', () => {
    const meaning =
      /^(Unknown (section|credentials|cluster)|Cluster `[^`]+` is not named|Not a host name|Not a user name|Not an address: (write|after|blanks)|Ports|`[^`]+` (is not among|is above|\(\d+\) is above|has no `user`|is in this cluster twice|has another)|Section|Data centre|`ignoreKeys` is no|The source and|`host` is the host|After the colon|The inventory holds no password in clear. Leave)/;
    let refused = 0;
    for (const changed of mutations(parse(sample))) {
      const document = JSON.stringify(changed);
      const isValid = validate(changed);
      const { problems } = parseInventory(document);
      const structural = problems.filter(({ message }) => !meaning.test(message));
      assert.equal(
        structural.length === 0,
        isValid,
        JSON.stringify({ document, errors: validate.errors, problems }, null, 1),
      );
      if (!isValid) refused += 1;
    }
    assert.ok(refused > 300, `${refused} documents were refused`);
  }).timeout(60_000);

  it('on what each key means: all have a description', () => {
    const bare: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [name, each] of Object.entries(value)) {
        const here = `${path}/${name}`;
        const isKey = path.endsWith('/properties');
        if (isKey && !('description' in (each as object)) && !('$ref' in (each as object))) bare.push(here);
        visit(each, here);
      }
    };
    visit(schema, '');
    assert.deepEqual(bare, []);
  });
});

const replacements: readonly unknown[] = [null, '', 'text', 5, -1, true, false, [], {}, [null], { x: 1 }];

/** Copies of `value`, each with one thing changed: a value replaced, a key removed or renamed. */
function* mutations(value: unknown): Generator {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      for (const changed of [...replacements, ...mutations(each)]) yield value.with(index, changed);
    }
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    for (const [index, [name, each]] of entries.entries()) {
      yield Object.fromEntries(entries.filter((_, other) => other !== index));
      yield Object.fromEntries(entries.with(index, [`${name}X`, each]));
      for (const changed of [...replacements, ...mutations(each)]) {
        yield Object.fromEntries(entries.with(index, [name, changed]));
      }
    }
  }
}
