/** Typed access to JSON from elsewhere: what is not of the wanted type is undefined, never defaulted. */
export class Fields {
  readonly raw: Readonly<Record<string, unknown>>;

  private constructor(raw: Readonly<Record<string, unknown>>) {
    this.raw = raw;
  }

  static from(value: unknown): Fields | undefined {
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? new Fields(value as Readonly<Record<string, unknown>>)
      : undefined;
  }

  /** Empty text counts as none: that is how these systems say it. */
  text(name: string): string | undefined {
    const value = this.#own(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.#own(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.#own(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  object(name: string): Fields | undefined {
    return Fields.from(this.#own(name));
  }

  /** `null` is how Go says an empty list. Undefined: no list at all. */
  list(name: string): readonly unknown[] | undefined {
    return listOf(this.#own(name));
  }

  texts(name: string): readonly string[] {
    return (this.list(name) ?? []).filter((each) => typeof each === 'string');
  }

  has(name: string): boolean {
    return this.#own(name) !== undefined;
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.raw, name) ? this.raw[name] : undefined;
  }
}

/** A list, or `null` for an empty one. Undefined: neither. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  return value === null ? [] : Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}
