import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pictureNames } from '../demo/pictureNames';

const root = join(import.meta.dirname, '../..');
const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');
/** Without code: what looks like a link in it is none. */
const prose = (page: string): string =>
  read(page)
    .replaceAll(/^```[^]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');

interface Link {
  readonly page: string;
  readonly target: string;
  readonly isPicture: boolean;
}

const links: readonly Link[] = pages.flatMap((page) =>
  [...prose(page).matchAll(/(!?)\[(?:[^\]]|\]\()*?\]\(([^)\s]+)\)/g)].map(([, mark, target = '']) => ({
    page,
    target,
    isPicture: mark === '!',
  })),
);

/** The anchors that a page offers, as its headings are turned into them. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, words = '']) =>
    words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...read(page).matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)];
}

describe('the pages of the documentation', () => {
  it('have links that lead somewhere', () => {
    assert.ok(links.length > 40, `only ${links.length} links were found`);
    const broken = links.filter(({ page, target }) => {
      if (target.startsWith('https:')) return !URL.canParse(target);
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? page : relative(root, join(root, dirname(page), file));
      if (!existsSync(join(root, path))) return true;
      return anchor !== undefined && !anchorsOf(path).includes(anchor);
    });
    assert.deepEqual(
      broken.map(({ page, target }) => `${page}: ${target}`),
      [],
    );
  });

  it('are each linked from the README', () => {
    const named = links.filter(({ page }) => page === 'README.md').map(({ target }) => target.split('#')[0]);
    assert.deepEqual(
      pages.filter((page) => page !== 'README.md' && !named.includes(page)),
      [],
    );
  });

  it('show every picture that is taken of the demo, and no other, each with words for who does not see it', () => {
    const taken = pictureNames.map((name) => `docs/pictures/${name}.png`);
    const shown = links
      .filter(({ isPicture }) => isPicture)
      .map(({ page, target }) => relative(root, join(root, dirname(page), target)));
    assert.deepEqual([...new Set(shown)].sort(), taken.toSorted());
    assert.deepEqual(
      readdirSync(join(root, 'docs/pictures'))
        .map((name) => `docs/pictures/${name}`)
        .sort(),
      taken.toSorted(),
    );
    for (const page of pages) assert.doesNotMatch(prose(page), /!\[.{0,20}\]\(/, `${page}: a picture without words`);
  });

  it('have pictures that are small', () => {
    for (const name of pictureNames) {
      const { size } = statSync(join(root, 'docs/pictures', `${name}.png`));
      assert.ok(size > 10_000 && size < 250_000, `${name}.png has ${size} bytes`);
    }
  });
});

describe('CHANGELOG.md', () => {
  const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
  const text = read('CHANGELOG.md');

  it('has the form of Keep a Changelog', () => {
    assert.match(text, /^# Changelog\n\n.*keepachangelog\.com\/en\/1\.1\.0/);
    const releases = [...text.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);
    assert.equal(releases[0], '[Unreleased]');
    for (const title of releases.slice(1)) assert.match(title, /^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/);
    for (const [, kind = ''] of text.matchAll(/^### (.+)$/gm)) assert.ok(kinds.includes(kind), kind);
    for (const release of text.split(/^## /m).slice(1)) {
      const used = [...release.matchAll(/^### (.+)$/gm)].map(([, kind = '']) => kind);
      assert.deepEqual(used, [...new Set(used)], 'a kind stands twice in a release');
    }
  });

  it('says each change as an item of its own', () => {
    const lines = text
      .split(/^### .+$/m)
      .slice(1)
      .flatMap((part) => part.replace(/^## [^]*/m, '').split('\n'));
    for (const line of lines) assert.match(line, /^$|^- \S|^ {2}\S/, line);
    for (const [item] of text.matchAll(/^- [^]*?(?=\n- |\n\n|\n*(?![^]))/gm)) assert.match(item, /\.\n*$/, item);
  });
});
