/**
 * What is worked out of a value that never changes, once for each: a fleet of thousands asks for it thousands of times.
 * Pure to the outside.
 */
export function onceFor<Key extends object, Result>(make: (key: Key) => Result): (key: Key) => Result {
  const made = new WeakMap<Key, { readonly result: Result }>();
  return (key) => {
    const known = made.get(key) ?? { result: make(key) };
    made.set(key, known);
    return known.result;
  };
}
