import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { tellFigure } from '../attacks/figures';

const root = path.dirname(path.dirname(import.meta.dirname));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Package {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/** Licences under which everything may be passed on together with ours. */
const accepted = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'];

describe('what is shipped from others', () => {
  const manifest = JSON.parse(read('package.json')) as Readonly<
    Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>
  >;
  const { packages } = JSON.parse(read('package-lock.json')) as {
    readonly packages: Readonly<Record<string, Package>>;
  };
  const locked = Object.entries(packages).filter(([folder]) => folder !== '');
  const shipped = locked.filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true);

  it('stands in the architecture, each with its licence and a reason, and nothing else does', () => {
    const [, section = ''] = read('ARCHITECTURE.md').split('## What is shipped with it\n');
    const [table = ''] = section.split('\n## ');
    const rows = [...table.matchAll(/^\| `([^`]+)`\s*\| (\S+)\s*\| (.{20,}?)\s*\|$/gm)].map(([, name, licence]) => [
      name,
      licence,
    ]);
    const wanted = Object.keys(manifest.dependencies).map((name) => [name, packages[`node_modules/${name}`]?.license]);
    assert.deepEqual(rows.toSorted(), wanted.toSorted());
  });

  it('is pinned to one version each', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
      assert.equal(packages[`node_modules/${name}`]?.version, version, name);
    }
  });

  it('is under licences that let it be passed on, with all that it depends on', () => {
    for (const [folder, { license = 'none' }] of shipped)
      assert.ok(accepted.includes(license), `${folder}: ${license}`);
    tellFigure('packages that are shipped or that shipped ones ask for', shipped.length);
  });

  it('is held to what was looked at, by a hash of each package', () => {
    for (const [folder, { integrity }] of locked) assert.match(integrity ?? '', /^sha512-/, folder);
    tellFigure('packages in the lockfile, each with its hash', locked.length);
  });
});
