import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '../../src/core/l10n';
import { sourceFiles, textsOf } from './messagesOf';

const root = path.join(__dirname, '../..');
const readJson = (name: string): unknown => JSON.parse(readFileSync(path.join(root, name), 'utf8'));
const english = readJson('package.nls.json') as Readonly<Record<string, string>>;
const german = readJson('package.nls.de.json') as Readonly<Record<string, string>>;

/** Members of package.json that VS Code shows to people. */
const shown = new Set([
  ...['title', 'description', 'markdownDescription', 'name', 'contents', 'altText', 'displayName', 'userDescription'],
  ...['label', 'category', 'enumDescriptions', 'markdownEnumDescriptions', 'placeholder', 'deprecationMessage'],
]);

/** Shown and yet the same in every language. */
function isTheSameEverywhere(place: readonly string[], text: string): boolean {
  // The name of the product, and what a language model reads, not a person.
  return text === 'Replideck' || place.includes('inputSchema') || place.join() === 'name';
}

function shownTexts(value: unknown, place: readonly string[] = []): { place: string; text: string }[] {
  if (typeof value === 'string') {
    const member = place.findLast((each) => Number.isNaN(Number(each))) ?? '';
    // A tool's `name` is its id.
    const isId = member === 'name' && place.includes('languageModelTools');
    if (!shown.has(member) || isId || isTheSameEverywhere(place, value)) return [];
    return [{ place: place.join('.'), text: value }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => shownTexts(each, [...place, key]));
}

/** What must stand in every language as it is: links to commands, code, the dots of a command that asks further. */
const fixedParts = (text: string): string[] =>
  [...text.matchAll(/\(command:[^)]+\)|`[^`]+`|\.\.\.$/g)].map(([part]) => part);

describe('the words of package.json', () => {
  const texts = shownTexts(readJson('package.json'));

  it('are keys, so that each language can have its own', () => {
    assert.ok(texts.length > 60);
    assert.deepEqual(
      texts.filter(({ text }) => !/^%[\w.]+%$/.test(text)),
      [],
    );
  });

  it('stand in package.nls.json, and nothing else does', () => {
    const used = [...readFileSync(path.join(root, 'package.json'), 'utf8').matchAll(/"%([\w.]+)%"/g)];
    assert.deepEqual(Object.keys(english).toSorted(), [...new Set(used.map(([, key]) => key ?? ''))].sort());
  });

  it('are all there in German, with the same commands and code in them', () => {
    assert.deepEqual(Object.keys(german), Object.keys(english));
    for (const [key, text] of Object.entries(english)) {
      assert.deepEqual(fixedParts(german[key] ?? ''), fixedParts(text), key);
      assert.notEqual(german[key], text, key);
    }
  });
});

/** Texts that are words and yet no messages, by file, with the reason. */
const notSaidToPeople: Readonly<Record<string, string>> = {
  'src/adapters/mysql/serverColumns.ts': 'statements',
  'src/adapters/mysql/queries.ts': 'guards of the allow-list: who meets them has changed the code',
  'src/adapters/mysql/link.ts': 'words of the driver, by which toReachFailure knows a closed connection',
  'src/adapters/ssh/bastions.ts': 'a script',
  'src/core/firstServer/renderInventory.ts': 'a file that others read too',
  'src/core/renderReport.ts': 'a report that developers read',
  'src/ui/grants/grantCommands.ts': 'addresses of documents',
  'media/shared/icons.ts': 'classes',
};

describe('the words of the code', () => {
  const files = ['src', 'media'].flatMap((folder) => sourceFiles(path.join(root, folder)));
  const texts = files.map(textsOf);
  const messages = texts.flatMap((each) => each.messages);
  const bundle = readJson('l10n/bundle.l10n.de.json') as Readonly<Record<string, string>>;

  it('are messages: wrap what people read in the tag t of src/core/l10n.ts', () => {
    const bare = texts
      .flatMap((each) => each.bare)
      .map(({ file, line, key }) => ({ file: path.relative(root, file), line, key }));
    assert.deepEqual(
      bare
        .filter(({ file }) => notSaidToPeople[file] === undefined)
        .map(({ file, line, key }) => `${file}:${line} ${key}`),
      [],
    );
    const excused = new Set(bare.map(({ file }) => file));
    assert.deepEqual(
      Object.keys(notSaidToPeople).filter((file) => !excused.has(file)),
      [],
      'no longer needed',
    );
  });

  it('are all there in German', () => {
    const untold = messages.filter(({ key }) => bundle[key] === undefined);
    assert.deepEqual(
      untold.map(({ file, line, key }) => `${path.relative(root, file)}:${line} ${key}`),
      [],
    );
  });

  it('have digests of their own, by which a bundle is shipped', () => {
    const keys = [...new Set(messages.map(({ key }) => key))];
    const first = new Map<string, string>();
    for (const key of keys.toReversed()) first.set(digestOf(key), key);
    assert.deepEqual(
      keys.filter((key) => first.get(digestOf(key)) !== key),
      [],
      'word one of the two differently',
    );
  });

  it('leave nothing in German that the code no longer says', () => {
    const said = new Set(messages.map(({ key }) => key));
    assert.deepEqual(
      Object.keys(bundle).filter((key) => !said.has(key)),
      [],
    );
  });

  it('have the same things filled in, and the same code, in German', () => {
    const parts = (text: string) => [...text.matchAll(/\{\d+\}|`[^`]*`/g)].map(([part]) => part).sort();
    const edges = (text: string) => [/^\s*/.exec(text)?.[0], /\s*$/.exec(text)?.[0]];
    for (const [key, text] of Object.entries(bundle)) {
      assert.deepEqual(parts(text), parts(key), key);
      // A blank at an end joins it to what stands beside it.
      assert.deepEqual(edges(text), edges(key), key);
    }
  });
});
