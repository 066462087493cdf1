import { appendFileSync } from 'node:fs';

/**
 * What an attack has found, for `npm run attacks`: it names a file in REPLIDECK_FIGURES, and adds up what each name
 * got (or takes the greatest, where it says so). Does nothing in any other run.
 */
export function tellFigure(name: string, value: number, how: 'sum' | 'greatest' = 'sum'): void {
  const file = process.env['REPLIDECK_FIGURES'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ name, value, how })}\n`);
}
