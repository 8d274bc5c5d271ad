import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { factsSchemas, type ProbeId } from '#shared/domain/facts/index';
import type { NodeParts, PartSection } from '#shared/domain/parts/index';
import { lookOf } from '#shared/domain/parts/merge-looks';
import { type Part, type PartKind, partKinds } from '#shared/domain/parts/part';
import type { Json, JsonObject } from './json-delta';

/** Beyond what any node has: damage must not become memory. */
const maxBytes = 64 * 1024 * 1024;

/** A look as it is kept: reader -> slot -> part, which makes the difference between two looks small. */
export function encodeLook({ sections }: NodeParts): JsonObject {
  return Object.fromEntries(
    sections.map(({ reader, parts }) => [
      reader,
      Object.fromEntries(parts.map((part) => [part.slot, encodePart(part)])),
    ]),
  );
}

function encodePart({ identity, model, attributes, counters, source }: Part): JsonObject {
  return { i: identity, m: model, a: attributes, n: counters, p: source.probeId, f: source.factPath };
}

/** The other way round. What this version of Gantry does not know (a kind, a probe) is left out. */
export function decodeLook(stored: JsonObject): NodeParts {
  return lookOf(
    Object.entries(stored).flatMap(([reader, slots]): PartSection[] => {
      const kind = partKinds.find((one) => one === reader.split(':')[0]);
      if (kind === undefined || !isObject(slots)) return [];
      const parts = Object.entries(slots).flatMap(([slot, value]) => decodePart(kind, slot, value) ?? []);
      return [{ reader, kind, parts }];
    }),
  );
}

function decodePart(kind: PartKind, slot: string, value: Json): Part | null {
  if (!isObject(value) || !Object.hasOwn(factsSchemas, String(value.p))) return null;
  return {
    kind,
    slot,
    identity: textOf(value.i),
    model: textOf(value.m),
    attributes: (isObject(value.a) ? value.a : {}) as Part['attributes'],
    counters: (isObject(value.n) ? value.n : {}) as Part['counters'],
    source: { probeId: String(value.p) as ProbeId, factPath: textOf(value.f) ?? '' },
  };
}

export function pack(value: unknown): Buffer {
  return deflateRawSync(JSON.stringify(value), { level: 9 });
}

/** Throws when the bytes are damaged. */
export function unpack(bytes: Uint8Array): unknown {
  return JSON.parse(inflateRawSync(bytes, { maxOutputLength: maxBytes }).toString());
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
