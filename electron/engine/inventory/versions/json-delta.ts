export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What turns one object into another: members to set, to delete, and to change in the same way. */
export interface JsonDelta {
  s?: Record<string, Json>;
  d?: string[];
  c?: Record<string, JsonDelta>;
}

/** Null when there is nothing to change. Lists are values: they are set as a whole. */
export function jsonDelta(from: JsonObject, to: JsonObject): JsonDelta | null {
  const set: Record<string, Json> = {};
  const change: Record<string, JsonDelta> = {};
  const removed = Object.keys(from).filter((key) => !Object.hasOwn(to, key));
  for (const [key, value] of Object.entries(to)) {
    const before = Object.hasOwn(from, key) ? from[key] : undefined;
    if (isObject(before) && isObject(value)) {
      const inner = jsonDelta(before, value);
      if (inner) define(change, key, inner);
    } else if (before === undefined || JSON.stringify(before) !== JSON.stringify(value)) define(set, key, value);
  }
  const delta: JsonDelta = {
    ...(Object.keys(set).length > 0 ? { s: set } : {}),
    ...(removed.length > 0 ? { d: removed } : {}),
    ...(Object.keys(change).length > 0 ? { c: change } : {}),
  };
  return Object.keys(delta).length > 0 ? delta : null;
}

export function applyDelta(from: JsonObject, delta: JsonDelta | null): JsonObject {
  if (delta === null) return from;
  const result: Record<string, Json> = {};
  const removed = new Set(delta.d);
  for (const [key, value] of Object.entries(from)) {
    if (removed.has(key)) continue;
    const inner = delta.c && Object.hasOwn(delta.c, key) ? delta.c[key] : undefined;
    define(result, key, inner && isObject(value) ? applyDelta(value, inner) : value);
  }
  for (const [key, value] of Object.entries(delta.s ?? {})) define(result, key, value);
  return result;
}

/** A slot may be called anything, `__proto__` as well. */
function define<Value>(target: Record<string, Value>, key: string, value: Value): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
