import { buildModel } from '../../../src/core/grants/buildModel';
import { checkTemplate } from '../../../src/core/grants/checkTemplate';
import { parseAccountStatements } from '../../../src/core/grants/parseAccountStatements';
import { redactGrantText } from '../../../src/core/grants/redactGrantText';
import { renderGrants } from '../../../src/core/grants/renderGrants';
import { parseTemplate } from '../../../src/core/grants/template';
import { tokenize } from '../../../src/core/grants/tokenizer';
import { Random } from './randomGrants';
import { readAnswers, readDdl, recordedServers } from './serverRecordings';

const erb = [
  "<%- @ips.each do |ip| -%>\nGRANT SELECT ON d.* TO 'u'@'<%= ip %>';\n<%- end -%>",
  "CREATE USER `<%= @user %>`@`10.%` IDENTIFIED BY '<%= @password %>';",
  "<% if @shard == 's7' %>GRANT <%= @privs %> ON <%= @db %>.* TO r;<% else %>GRANT r TO s;<% end %>",
  "<%# x %>GRANT USAGE ON *.* TO 'a'@'b' IDENTIFIED BY <%= @x %>; -- T266485\n",
];

const pieces = [
  ...[
    "'",
    '"',
    '`',
    '\\',
    ';',
    ',',
    '(',
    ')',
    '@',
    '*',
    '.',
    '/*',
    '*/',
    '/*!',
    '/*M!',
    '-- ',
    '#',
    '\n',
    '\0',
    '\uE000',
    '\uE001',
    '<%',
    '%>',
    '-%>',
    '<%=',
  ],
  ...[
    'GRANT ',
    ' ON ',
    ' TO ',
    ' FROM ',
    'REVOKE ',
    'CREATE USER ',
    'WITH ',
    'IDENTIFIED ',
    'BY ',
    'VIA ',
    'OR ',
    'AND ',
    'REQUIRE ',
    'PASSWORD ',
    'ALL ',
    'ROLE ',
    'SET ',
    'DEFAULT ',
  ],
  ...['0x', '1e9', '99999999999999999999', '<', '>', 'end', '}', 'PROXY ', 'PUBLIC', '__proto__', 'constructor'],
];

/** Changes a text a few times: characters and words inserted, dropped, doubled, swapped. */
export function mutate(random: Random, text: string, other: string): string {
  let changed = text;
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const at = random.below(changed.length + 1);
    const end = Math.min(changed.length, at + random.below(12));
    switch (random.below(6)) {
      case 0:
        changed = changed.slice(0, at) + random.pick(pieces) + changed.slice(at);
        break;
      case 1:
        changed = changed.slice(0, at) + changed.slice(end);
        break;
      case 2:
        changed = changed.slice(0, end) + changed.slice(at);
        break;
      case 3:
        changed =
          changed.slice(0, at) +
          String.fromCharCode(random.below(random.chance(0.9) ? 128 : 65536)) +
          changed.slice(at + 1);
        break;
      case 4:
        changed = changed.slice(0, at) + other.slice(random.below(other.length + 1));
        break;
      default:
        changed = changed.slice(at) + changed.slice(0, at);
    }
  }
  return changed;
}

export interface FuzzResult {
  readonly count: number;
  readonly slowestMs: number;
  readonly slowest: string;
  readonly unreadable: number;
}

/** Throws an error that names the text as soon as anything goes wrong with one. */
export function fuzzGrants(count: number, seed: number): FuzzResult {
  const random = new Random(seed);
  const corpus = [
    ...erb,
    ...recordedServers.flatMap((server) => [
      ...readDdl(server.folder).map(({ statement }) => statement),
      ...readAnswers(server).accounts.flatMap(({ grants, createUser }) =>
        [grants, createUser].flatMap((answer) =>
          answer.kind === 'rows' ? answer.texts.filter(({ length }) => length < 400) : [],
        ),
      ),
    ]),
  ];
  let slowestMs = 0;
  let slowest = '';
  let unreadable = 0;
  for (let index = 0; index < count; index += 1) {
    const text = mutate(random, random.pick(corpus), random.pick(corpus));
    const started = performance.now();
    try {
      unreadable += tryOne(text, index, random.pick(recordedServers));
    } catch (error) {
      throw new Error(`Text ${index} of seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
    }
    const took = performance.now() - started;
    if (took > slowestMs) [slowestMs, slowest] = [took, text];
  }
  return { count, slowestMs, slowest, unreadable };
}

function tryOne(text: string, index: number, server: (typeof recordedServers)[number]): number {
  const { statements, problems } = parseAccountStatements(text, server);
  let end = 0;
  for (const statement of statements) {
    if (statement.start < end || statement.end < statement.start || statement.end > text.length) {
      throw new Error(`Statement ${statement.kind} has the range ${statement.start} to ${statement.end}.`);
    }
    end = statement.end;
  }
  for (const problem of problems) {
    if (problem.start < 0 || problem.end < problem.start || problem.end > text.length)
      throw new Error(`${problem.message}: bad range`);
  }
  const bad = statements.filter(({ kind }) => kind === 'unreadable').length;
  if (bad > problems.length) throw new Error('An unreadable statement is no problem.');
  // The dearer ones for every tenth text.
  if (index % 10 === 0) {
    let at = 0;
    for (const token of tokenize(text, server)) {
      if (token.start !== at || token.end <= token.start) throw new Error(`Token at ${token.start}`);
      at = token.end;
    }
    if (at !== text.length) throw new Error('Tokens do not make up the text.');
    redactGrantText(text);
    const model = buildModel(statements, server);
    const again = parseAccountStatements(renderGrants(model), server);
    const wrong = again.problems[0];
    if (wrong && model.openAccounts.length === 0)
      throw new Error(`The canonical text does not parse: ${wrong.message} ${renderGrants(model)}`);
    checkTemplate(parseTemplate(text, { server, variables: { ips: ['10.64.%', '::1'], user: "o'b", password: 'x' } }));
  }
  return bad;
}
