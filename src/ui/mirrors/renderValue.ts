import type { DriftItem } from '../../core/mirror/model';

/**
 * One side of a key that differs, as a document. JSON is laid out so that only what differs lights up, unless the
 * layout is what differs. A key that a side does not have is an empty document.
 */
export function renderValue(
  { sourceValue, destinationValue }: Pick<DriftItem, 'sourceValue' | 'destinationValue'>,
  side: 'source' | 'destination',
): { readonly text: string; readonly isJson: boolean } {
  const present = [sourceValue, destinationValue].filter((value) => value !== undefined);
  const laidOut = present.map(layOut);
  const isJson = present.length > 0 && laidOut.every((text) => text !== undefined);
  const value = side === 'source' ? sourceValue : destinationValue;
  if (value === undefined) return { text: '', isJson };
  const sameContent = laidOut.length === 2 && laidOut[0] === laidOut[1];
  return { text: isJson && !sameContent ? (layOut(value) ?? value) : value, isJson };
}

/** Undefined: no JSON object or list. A number or a word alone needs no layout. */
function layOut(value: string): string | undefined {
  if (!/^\s*[[{]/.test(value)) return undefined;
  try {
    return `${JSON.stringify(JSON.parse(value), undefined, 2)}\n`;
  } catch {
    return undefined;
  }
}
