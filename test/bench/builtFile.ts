import path from 'node:path';

/** A part of the bench as `bench.mjs` built it, beside what is running. */
export function builtFile(name: string): string {
  return path.join(path.dirname(process.argv[1] ?? ''), `${name}.js`);
}
