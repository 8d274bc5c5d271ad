import type { GpuStay } from '#shared/domain/expected-gpus';
import type { NodeFacts } from '#shared/domain/facts/index';
import { compareParts } from '#shared/domain/parts/compare-parts';
import type { PartsVersion, Passport, PassportSummary } from '#shared/domain/parts/history';
import { type NodeParts, partsOf } from '#shared/domain/parts/index';
import { asRead, lookOf, type MergedLook, mergeLooks } from '#shared/domain/parts/merge-looks';
import type { PartKind } from '#shared/domain/parts/part';
import { changesOf } from '#shared/domain/parts/parts-changes';
import type { AuditLog } from '../audit/audit-log';
import { canonicalJson } from '../audit/canonical-json';
import { NotFoundError } from '../errors';
import type { Store } from '../store/store';
import { clockWentBackMs } from './inventory-repository';
import { writePassports } from './passports/passport-book';
import { PassportRepository, type PassportRow, type StayRow } from './passports/passport-repository';
import { type StoredVersion, VersionRepository } from './versions/version-repository';

/** What a node was made of at a time, as far as it was read then. */
export interface PartsAt {
  readonly number: number;
  readonly seenAtMs: number;
  readonly look: NodeParts;
}

export interface PartsHistory {
  /** Keeps what the last collection found, as a new version where it differs. Throws StoreError. */
  record(hostId: string, facts: NodeFacts, seenAtMs: number): void;
  /** Newest first. */
  versions(hostId: string): PartsVersion[];
  /** The newest without a number; null where there is none yet. Throws NotFoundError for a number there is not. */
  at(hostId: string, number?: number): PartsAt | null;
  /** What is known of the node, with what the last look could not read; the newest version's number changes with it. */
  known(hostId: string): NodeParts | null;
  /** When each node was last looked at. */
  lastSeen(): ReadonlyMap<string, number>;
  /** The passport of each part that is at the node, by its kind and slot. */
  passportsAt(hostId: string): ReadonlyMap<string, number>;
  /** NVIDIA GPUs that are or were at the node, each that its driver told by a name of its own. */
  gpuStays(hostId: string): GpuStay[];
  search(request: { text: string; kind: PartKind | null; limit: number }): PassportSummary[];
  /** Throws NotFoundError. */
  passport(id: number): Passport;
  setNote(id: number, note: string, warrantyUntil: string | null): Passport;
  /** Ends the stays of its parts; where they have been is kept. */
  removeHost(hostId: string): void;
  /** As if the node had never been there. */
  forgetHost(hostId: string): void;
}

export function createPartsHistory({ store, audit }: { store: Store; audit: AuditLog }): PartsHistory {
  const versions = new VersionRepository(store);
  const passports = new PassportRepository(store);

  function record(hostId: string, facts: NodeFacts, seenAtMs: number): void {
    const look = partsOf(facts);
    if (look.sections.length === 0) return;
    store.transactionSoon(() => {
      const before = versions.latest(hostId);
      // Another process may have seen the node meanwhile: what is older changes nothing.
      if (before && seenAtMs < before.lastSeenMs && before.lastSeenMs - seenAtMs < clockWentBackMs) return;
      const merged: MergedLook = before ? mergeLooks(before.look, look) : { ...look, carried: [] };
      const isSame = before !== null && fingerprint(merged) === fingerprint(before.look);
      const { pairs } = compareParts(before?.look ?? emptyLook, look, 'time');
      const changes = before ? changesOf({ pairs, unread: [] }) : [];
      const isChange = changes.some(({ change }) => change !== 'learned');
      // What an earlier look had to carry over, and this one read, was so.
      const carried = before?.carried.filter((name) => merged.carried.includes(name)) ?? [];
      if (before === null || isChange) {
        versions.add(hostId, before, { look: merged, carried: merged.carried, changes, seenAtMs });
      } else {
        if (!isSame) versions.amend(hostId, before.number, merged);
        versions.confirm(hostId, before.number, seenAtMs, carried);
      }
      writePassports(passports, {
        hostId,
        seenAtMs,
        beforeMs: before?.lastSeenMs ?? seenAtMs,
        parts: merged,
        pairs: before === null ? [] : isSame ? null : pairs,
        facts,
      });
    });
  }

  const atOf = ({ number, lastSeenMs, look, carried }: StoredVersion): PartsAt => ({
    number,
    seenAtMs: lastSeenMs,
    look: asRead(look, carried),
  });

  function found(id: number): PassportRow {
    const row = passports.find(id);
    if (!row) throw new NotFoundError('part', String(id));
    return row;
  }

  const lastSeen = (stay: StayRow): number =>
    stay.toMs ?? Math.max(stay.fromMs, versions.lastSeenOf(stay.hostId) ?? stay.fromMs);

  /** Each with when it was seen last, and whether another node has told of the part since. */
  function staysOf(id: number): Passport['stays'] {
    const all = passports.stays(id).map((stay) => ({ ...stay, toMs: lastSeen(stay), isOpen: stay.toMs === null }));
    return all.map(({ passportId: _, ...stay }) => ({
      ...stay,
      isOutdated: stay.isOpen && all.some((other) => other.hostId !== stay.hostId && other.fromMs > stay.toMs),
    }));
  }

  function summaryOf(row: PassportRow, stays: Passport['stays']): PassportSummary {
    const there = stays.filter(({ isOpen, isOutdated }) => isOpen && !isOutdated);
    const last = (there.length > 0 ? there : [...stays]).sort((a, b) => b.toMs - a.toMs)[0];
    return {
      id: row.id,
      kind: row.kind,
      model: row.model,
      identities: passports.identities(row.id),
      hostId: last?.hostId ?? null,
      slot: last?.slot ?? null,
      isThere: there.length > 0,
      nodesAtOnce: new Set(there.map(({ hostId }) => hostId)).size,
      hasNote: row.note !== '' || row.warrantyUntil !== null,
    };
  }

  function passport(id: number): Passport {
    const row = found(id);
    const stays = staysOf(id);
    return {
      ...summaryOf(row, stays),
      note: row.note,
      warrantyUntil: row.warrantyUntil,
      stays,
      counters: row.counters.map(([atMs, values]) => ({ atMs, values })),
      events: passports.events(id),
    };
  }

  return {
    record,
    versions: (hostId) => versions.list(hostId),
    at(hostId, number) {
      const version = versions.find(hostId, number ?? null);
      if (!version && number !== undefined) throw new NotFoundError('version', String(number));
      return version && atOf(version);
    },
    known: (hostId) => versions.latest(hostId)?.look ?? null,
    lastSeen: () => versions.lastSeen(),
    passportsAt: (hostId) =>
      new Map(passports.openStays(hostId).map(({ kind, slot, passportId }) => [`${kind} ${slot}`, passportId])),
    gpuStays: (hostId) =>
      passports.staysAt(hostId, 'gpu').flatMap(({ passportId, slot, fromMs }): GpuStay[] => {
        const identities = passports.identities(passportId);
        const stays = staysOf(passportId);
        const stay = stays.find((one) => one.hostId === hostId && one.slot === slot && one.fromMs === fromMs);
        if (!stay || !identities.some(({ name }) => name === 'uuid')) return [];
        const { toMs, isOpen } = stay;
        const isElsewhere = stays.some((other) => other.hostId !== hostId && other.fromMs > toMs);
        const serial = identities.find(({ name }) => name === 'serial')?.value ?? null;
        return [{ slot, model: found(passportId).model, serial, fromMs, toMs, isOpen, isElsewhere }];
      }),
    search: ({ text, kind, limit }) =>
      passports.search(text.trim(), kind, limit).map((id) => summaryOf(found(id), staysOf(id))),
    passport,
    setNote(id, note, warrantyUntil) {
      store.transaction(() => {
        found(id);
        passports.setNote(id, note, warrantyUntil);
        audit.append({ event: 'part.note', detail: { partId: id, note, warrantyUntil } });
      });
      return passport(id);
    },
    removeHost(hostId) {
      store.transaction(() => {
        const seenAtMs = versions.latest(hostId)?.lastSeenMs;
        for (const stay of passports.openStays(hostId)) passports.closeStay(stay, seenAtMs ?? stay.fromMs);
        versions.removeHost(hostId);
      });
    },
    forgetHost(hostId) {
      store.transaction(() => {
        versions.removeHost(hostId);
        passports.forgetHost(hostId);
      });
    },
  };
}

const emptyLook: NodeParts = { sections: [], parts: [], knownKinds: [] };

/** The same for the same parts: counters go on, and where a value was read may shift. */
function fingerprint({ sections }: NodeParts): string {
  return canonicalJson(
    lookOf(sections).sections.map(({ reader, parts }) => [
      reader,
      parts.map(({ slot, identity, model, attributes }) => [slot, identity, model, attributes]),
    ]),
  );
}
