import { z } from 'zod';
import { pcieTroubles } from '#shared/domain/pcie-troubles';
import type { Message } from '#shared/domain/text';
import { messageSchema } from '#shared/domain/text-schema';
import type { HostDirectory } from '../hosts/host-directory';
import type { Store } from '../store/store';
import type { InventoryService } from './inventory';

export interface LinkJudgeDeps {
  readonly store: Store;
  readonly hosts: Pick<HostDirectory, 'onDidRemove'>;
  readonly inventory: Pick<InventoryService, 'facts' | 'onDidCollect' | 'announce'>;
}

const stored = z.array(messageSchema).catch([]);

/**
 * What the fleet says of PCIe links, as of the last look. Kept: what they are judged by is the largest of a node's facts, too
 * much to be read again for each of hundreds of nodes.
 */
export function createLinkJudge({ store, hosts, inventory }: LinkJudgeDeps): (hostId: string) => readonly Message[] {
  let known: { version: number; troubles: Map<string, readonly Message[]> } | null = null;

  /** Read again after this process or another one has written. */
  function current(): Map<string, readonly Message[]> {
    const version = store.foreignVersion();
    if (known?.version !== version) known = { version, troubles: readAll(store) };
    return known.troubles;
  }

  function keep(hostId: string, troubles: readonly Message[]): void {
    const text = JSON.stringify(troubles);
    if (text === JSON.stringify(current().get(hostId) ?? [])) return;
    store.transactionSoon(() => {
      store.database.prepare('DELETE FROM pcie_trouble WHERE host_id = ?').run(hostId);
      if (troubles.length > 0) store.database.prepare('INSERT INTO pcie_trouble VALUES (?, ?)').run(hostId, text);
    });
    known = null;
  }

  inventory.onDidCollect((hostId) => {
    keep(hostId, pcieTroubles(inventory.facts(hostId)));
    inventory.announce(hostId);
  });
  hosts.onDidRemove((hostId) => keep(hostId, []));

  return (hostId) => current().get(hostId) ?? [];
}

function readAll(store: Store): Map<string, readonly Message[]> {
  const rows = store.database.prepare('SELECT host_id AS hostId, troubles FROM pcie_trouble').all();
  return new Map(
    (rows as { hostId: string; troubles: string }[]).map((row) => [row.hostId, stored.parse(parse(row.troubles))]),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
