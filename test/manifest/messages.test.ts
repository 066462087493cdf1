import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

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
