const originals = new WeakMap<object, unknown>();
const converted = new WeakMap<object, unknown>();
/** By the facts of the last reading. */
const lists = new WeakMap<object, { readings: readonly { observedAtMs: number; facts: object }[]; list: unknown }>();

/** As `toCel`, once for all walks: of facts, which are large and never change. */
export function factsToCel(facts: object): unknown {
  const value = converted.get(facts) ?? toCel(facts);
  converted.set(facts, value);
  return value;
}

/** The readings of one probe, oldest first; those of another walk on the same facts are the same list. */
export function readingsToCel(readings: readonly { readonly observedAtMs: number; readonly facts: object }[]): unknown {
  const last = readings.at(-1);
  if (last === undefined) return [];
  const known = lists.get(last.facts);
  const isSame =
    known?.readings.length === readings.length &&
    known.readings.every(
      (one, at) => one.facts === readings[at]?.facts && one.observedAtMs === readings[at].observedAtMs,
    );
  if (known !== undefined && isSame) return known.list;
  const list = readings.map(({ observedAtMs, facts }) => ({ observedAtMs, facts: factsToCel(facts) }));
  originals.set(list, readings);
  lists.set(last.facts, { readings, list });
  return list;
}

/** Whether this was made of facts or of what came out of a function, and not in an expression. */
export function isOriginal(value: object): boolean {
  return originals.has(value);
}

/**
 * Makes a fact value fit for expressions: nulls are left out, so that reading one is an error (`unknown`), never a value
 * that compares. The original is remembered for functions that take facts.
 */
export function toCel(value: unknown): unknown {
  if (Array.isArray(value)) {
    const copy = value.map(toCel);
    originals.set(copy, value);
    return copy;
  }
  if (typeof value === 'object' && value !== null) {
    const known = converted.get(value);
    if (known !== undefined) return known;
    const copy: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(value)) {
      if (field !== null && field !== undefined) copy[key] = toCel(field);
    }
    originals.set(copy, value);
    return copy;
  }
  return value;
}

/** The way back: what an expression hands to a function, or what came out of one, as plain JSON values. */
export function fromCel(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  const original = originals.get(value);
  if (original !== undefined) return original;
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, field]) => [String(key), fromCel(field)]));
  }
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, fromCel(field)]));
}
