import type { NodeFacts } from '#shared/domain/facts/index';
import type { PartPair } from '#shared/domain/parts/compare-parts';
import type { PassportEvent } from '#shared/domain/parts/history';
import { distinctIdentities, isIdentityAttribute } from '#shared/domain/parts/identities';
import type { NodeParts } from '#shared/domain/parts/index';
import type { Part } from '#shared/domain/parts/part';
import { addCounterPoint, countersReset } from './counter-history';
import type { OpenStay, PassportRepository } from './passport-repository';

export interface SeenParts {
  readonly hostId: string;
  readonly seenAtMs: number;
  /** When the node was last seen before: that long what is gone now was there. */
  readonly beforeMs: number;
  readonly parts: NodeParts;
  /** Against what was known before; null when nothing is different. */
  readonly pairs: readonly PartPair[] | null;
  readonly facts: NodeFacts;
}

/** Writes what one look found into the passports of the parts it saw. Called within a transaction. */
export function writePassports(repository: PassportRepository, seen: SeenParts): void {
  if (seen.pairs) {
    const before = new Map(repository.openStays(seen.hostId).map((stay) => [placeOf(stay), stay.passportId]));
    const now = writeStays(repository, seen);
    for (const pair of seen.pairs) writeChange(repository, seen, pair, before, now);
  }
  const stays = repository.openStays(seen.hostId);
  writeCounters(repository, seen, stays);
  writeLog(repository, seen, stays);
}

/** Gives each part that can be told from the others its passport, and says which is where now: place -> passport. */
function writeStays(
  repository: PassportRepository,
  { hostId, seenAtMs, beforeMs, parts }: SeenParts,
): Map<string, number> {
  const now = new Map<string, number>();
  const left = new Map(repository.openStays(hostId).map((stay) => [`${stay.passportId} ${stay.slot}`, stay]));
  for (const kind of parts.knownKinds) {
    const ofKind = parts.parts.filter((part) => part.kind === kind);
    for (const [part, identities] of distinctIdentities(ofKind)) {
      if (identities.length === 0) continue;
      const known = identities.map((one) => repository.findByIdentity(kind, one, part.model)).find((id) => id !== null);
      const id = known ?? repository.insert(kind, part.model);
      if (part.model !== null) repository.setModel(id, part.model);
      for (const identity of identities) repository.addIdentity(id, kind, identity, part.model);
      now.set(placeOf(part), id);
      if (!left.delete(`${id} ${part.slot}`)) repository.openStay(id, hostId, part.slot, seenAtMs);
    }
  }
  // The clock may have gone back meanwhile.
  for (const stay of left.values()) repository.closeStay(stay, Math.max(stay.fromMs, Math.min(beforeMs, seenAtMs)));
  return now;
}

function writeChange(
  repository: PassportRepository,
  { hostId, seenAtMs }: SeenParts,
  { relation, before, after, attributes }: PartPair,
  passportsBefore: ReadonlyMap<string, number>,
  passportsNow: ReadonlyMap<string, number>,
): void {
  if (!before || !after) return;
  const add = (id: number | undefined, event: PassportEvent) => {
    if (id !== undefined) repository.addEvent(id, { hostId, atMs: seenAtMs, event });
  };
  const id = passportsNow.get(placeOf(after));
  if (relation === 'swapped') {
    const { slot } = after;
    add(id, { kind: 'swapped', direction: 'in', slot, other: before.identity });
    add(passportsBefore.get(placeOf(before)), { kind: 'swapped', direction: 'out', slot, other: after.identity });
    return;
  }
  for (const { name, before: from, after: to, state } of attributes) {
    if (state === 'different' && !isIdentityAttribute(name)) {
      add(id, { kind: 'changed', attribute: name, before: from, after: to });
    }
  }
}

function writeCounters(
  repository: PassportRepository,
  { hostId, parts, seenAtMs, beforeMs, facts }: SeenParts,
  stays: readonly OpenStay[],
): void {
  const byPlace = new Map(parts.parts.map((part) => [placeOf(part), part]));
  const uptimeSeconds = facts.os?.uptimeSeconds ?? null;
  const nodeStarted = uptimeSeconds === null ? null : seenAtMs - uptimeSeconds * 1000 > beforeMs;
  for (const stay of stays) {
    const part = byPlace.get(placeOf(stay));
    if (!part) continue;
    // One reset clears all of them.
    const [reset] = countersReset(stay.counters, part.counters);
    if (reset) {
      const event = { kind: 'reset' as const, ...reset, nodeStarted };
      repository.addEvent(stay.passportId, { hostId, atMs: seenAtMs, event });
    }
    const counters = addCounterPoint(stay.counters, seenAtMs, part.counters);
    if (counters) repository.setCounters(stay.passportId, counters);
  }
}

/** A log's own clock may be told a little differently at each look. */
const sameLineWithinMs = 5000;

/** Lines of the kernel log that name a part by its PCI address: Xid and SXid errors, resets, what fell off the bus. */
function writeLog(
  repository: PassportRepository,
  { hostId, seenAtMs, facts }: SeenParts,
  stays: readonly OpenStay[],
): void {
  const lines = facts['gpu-kernel-log']?.lines.filter(({ pciBusId }) => pciBusId !== null) ?? [];
  if (lines.length === 0) return;
  const slots = new Map(stays.flatMap(({ slot }) => (pciDevice(slot) ? [[pciDevice(slot), slot]] : [])));
  const known = new Map<number, ReturnType<PassportRepository['events']>>();
  for (const { atMs, pciBusId, text, xid } of lines) {
    const slot = slots.get(pciDevice(pciBusId ?? ''));
    const id = slot === undefined ? null : repository.passportAt(hostId, slot, atMs ?? seenAtMs);
    if (id === null) continue;
    const events = known.get(id) ?? repository.events(id);
    known.set(id, events);
    const isKnown = events.some(
      (one) =>
        one.event.kind === 'log' &&
        one.event.text === text &&
        one.hostId === hostId &&
        (one.atMs === atMs || Math.abs((one.atMs ?? 0) - (atMs ?? 0)) < sameLineWithinMs),
    );
    if (isKnown) continue;
    const row = { hostId, atMs, event: { kind: 'log' as const, text, xid } };
    repository.addEvent(id, row);
    events.push(row);
  }
}

/** `0000:1b:00` of `00000000:1B:00.0` and of `PCI:0000:1b:00`; null for what is no PCI address. */
function pciDevice(address: string): string | null {
  const found = /(?:^|:|\b)([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})(?:\.[0-7])?$/i.exec(address);
  return found ? `${found[1]?.slice(-4)}:${found[2]}:${found[3]}`.toLowerCase() : null;
}

function placeOf({ kind, slot }: Pick<Part, 'kind' | 'slot'>): string {
  return `${kind} ${slot}`;
}
