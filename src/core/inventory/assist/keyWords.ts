import type { SchemaNode } from './schemaNodes';
import { t } from '../../l10n';

/** What a key means, what it takes and what stands for it where it is missing, as Markdown. */
export function keyWords(schema: SchemaNode, forms: readonly SchemaNode[]): string {
  const described = forms.find(({ description }) => description !== undefined);
  if (described?.description === undefined || forms.includes(schema)) return '';
  const values = forms.flatMap(({ enum: names = [], enumDescriptions = [] }) =>
    names.map(
      (name, index) => `- \`${name}\`${enumDescriptions[index] === undefined ? '' : `: ${enumDescriptions[index]}`}`,
    ),
  );
  const facts = [
    ...new Set(forms.flatMap(limits)),
    ...forms.flatMap(({ default: given }) => (given === undefined ? [] : [t`Unless given: \`${String(given)}\`.`])),
  ];
  return [described.description, values.join('\n'), facts.join(' ')].filter((part) => part !== '').join('\n\n');
}

function limits({ type, minimum, maximum }: SchemaNode): readonly string[] {
  if (type !== 'number' && type !== 'integer') return [];
  const kind = type === 'integer' ? t`A whole number` : 'A number';
  if (minimum === undefined) return [`${kind}.`];
  // Upper limits that are only technical say nothing.
  return [
    maximum === undefined || maximum >= 1e6
      ? t`${kind} of ${minimum} or more.`
      : t`${kind} from ${minimum} to ${maximum}.`,
  ];
}
