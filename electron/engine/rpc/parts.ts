import { compareParts } from '#shared/domain/parts/compare-parts';
import { type NodeParts, partReaders, partsOf } from '#shared/domain/parts/index';
import type { PartKind } from '#shared/domain/parts/part';
import { unreadKinds } from '#shared/domain/parts/unread-kinds';
import type { SystemType } from '#shared/domain/profile/drift';
import { NotFoundError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { InventoryService } from '../inventory/inventory';
import type { PartsHistory } from '../inventory/parts-history';
import { engine, translateErrors } from './errors';

export interface PartsDeps {
  readonly history: PartsHistory;
  readonly inventory: InventoryService;
  readonly hosts: Pick<HostDirectory, 'spec'>;
  readonly drift: () => Promise<SystemType[]>;
}

interface LookRef {
  hostId: string;
  version?: number | undefined;
}

export function partsProcedures({ history, inventory, hosts, drift }: PartsDeps) {
  const area = engine.parts;

  /** What a node is made of now, as far as its last results tell, or was as of a version. */
  function lookAt({ hostId, version }: LookRef): { head: LookRef & { seenAtMs: number | null }; look: NodeParts } {
    const { id } = hosts.spec(hostId);
    if (version === undefined) {
      const seen = inventory.results(id).map(({ observedAtMs }) => observedAtMs);
      return {
        head: { hostId, seenAtMs: seen.length > 0 ? Math.max(...seen) : null },
        look: partsOf(inventory.facts(id)),
      };
    }
    const at = history.at(id, version);
    if (!at) throw new NotFoundError('version', String(version));
    return { head: { hostId, version, seenAtMs: at.seenAtMs }, look: at.look };
  }

  return {
    get: area.get.use(translateErrors).handler(({ input }) => {
      const { head, look } = lookAt(input);
      const passports = input.version === undefined ? history.passportsAt(input.hostId) : new Map<string, number>();
      const states = new Map(inventory.results(input.hostId).map(({ probeId, state }) => [probeId, state]));
      const isRead = (kind: PartKind) => look.knownKinds.includes(kind);
      const everyKind = [...new Set(partReaders.map(({ kind }) => kind))];
      const unread =
        input.version === undefined
          ? unreadKinds((probeId) => states.get(probeId))
          : everyKind.filter((kind) => !isRead(kind));
      return {
        ...head,
        parts: look.parts.map((part) => ({ part, passportId: passports.get(`${part.kind} ${part.slot}`) ?? null })),
        knownKinds: [...look.knownKinds],
        unreadKinds: unread,
      };
    }),
    versions: area.versions.use(translateErrors).handler(({ input }) => history.versions(hosts.spec(input.hostId).id)),
    compare: area.compare.use(translateErrors).handler(({ input }) => {
      const [before, after] = [lookAt(input.before), lookAt(input.after)];
      const mode = input.before.hostId === input.after.hostId ? ('time' as const) : ('nodes' as const);
      const { pairs, unread } = compareParts(before.look, after.look, mode);
      return {
        before: before.head,
        after: after.head,
        mode,
        pairs: pairs.map(({ attributes, counters, ...pair }) => ({
          ...pair,
          attributes: [...attributes],
          counters: [...counters],
        })),
        unread: [...unread],
      };
    }),
    search: area.search
      .use(translateErrors)
      .handler(({ input: { text, kind = null, limit } }) => history.search({ text, kind, limit })),
    passport: area.passport.use(translateErrors).handler(({ input }) => history.passport(input.id)),
    setNote: area.setNote
      .use(translateErrors)
      .handler(({ input }) => history.setNote(input.id, input.note, input.warrantyUntil)),
    drift: area.drift.use(translateErrors).handler(() => drift()),
  };
}
