import type { DiffItem, DiffTarget } from './diffItem';

const subjects: Readonly<Partial<Record<DiffTarget['kind'], string>>> = {
  authentication: 'authentication',
  require: 'REQUIRE',
  lock: 'lock',
  expiry: 'password expiry',
  defaultRole: 'default role',
};

/** One difference in words, to stand after the account's name: `lacks INSERT on shop.*`. */
export function describeItem({ target, verdict, expected = '', actual = '' }: DiffItem): string {
  switch (verdict) {
    case 'missing':
      return target.kind === 'account' ? 'is missing' : `lacks ${expected}`;
    case 'extra':
      return target.kind === 'account' ? 'is there, and the template drops it' : `has ${actual} beyond the template`;
    case 'different': {
      const named = target.kind === 'limit' || target.kind === 'option' ? target.name : subjects[target.kind];
      return `${named === undefined ? 'is' : `has ${named}`} ${actual}, the template says ${expected}`;
    }
    case 'redundant':
      return expected === '' || actual.startsWith(expected)
        ? `holds ${actual} anyway`
        : `holds ${expected} anyway, by a wider grant`;
    case 'notCompared':
      return `is not compared here: ${expected}`;
  }
}
