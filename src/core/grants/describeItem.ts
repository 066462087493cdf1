import type { DiffItem, DiffTarget } from './diffItem';
import { t } from '../l10n';

const subjects: Readonly<Partial<Record<DiffTarget['kind'], string>>> = {
  authentication: 'authentication',
  require: 'REQUIRE',
  lock: 'lock',
  expiry: t`password expiry`,
  defaultRole: t`default role`,
};

/** One difference in words, to stand after the account's name: `lacks INSERT on shop.*`. */
export function describeItem({ target, verdict, expected = '', actual = '' }: DiffItem): string {
  switch (verdict) {
    case 'missing':
      return target.kind === 'account' ? t`is missing` : t`lacks ${expected}`;
    case 'extra':
      return target.kind === 'account' ? t`is there, and the template drops it` : t`has ${actual} beyond the template`;
    case 'different': {
      const named = target.kind === 'limit' || target.kind === 'option' ? target.name : subjects[target.kind];
      return t`${named === undefined ? t`is` : t`has ${named}`} ${actual}, the template says ${expected}`;
    }
    case 'redundant':
      return expected === '' || actual.startsWith(expected)
        ? t`holds ${actual} anyway`
        : t`holds ${expected} anyway, by a wider grant`;
    case 'notCompared':
      return t`is not compared here: ${expected}`;
  }
}
