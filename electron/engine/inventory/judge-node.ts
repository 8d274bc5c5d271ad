import { z } from 'zod';
import { compatibilityStates } from '#shared/domain/fleet/states';
import { pcieTroubles } from '#shared/domain/pcie-troubles';
import { messageSchema } from '#shared/domain/text-schema';
import type { HostDirectory } from '../hosts/host-directory';
import type { Store } from '../store/store';
import type { InventoryService } from './inventory';
import { softwareInShort } from './judge-software';

export interface NodeJudgeDeps {
  readonly store: Store;
  readonly hosts: Pick<HostDirectory, 'onDidRemove'>;
  readonly inventory: Pick<InventoryService, 'facts' | 'results' | 'onDidCollect' | 'announce'>;
  readonly nowMs: () => number;
}

const judgementSchema = z.object({
  compatibility: z.enum(compatibilityStates).nullable(),
  attention: z.array(messageSchema),
});
export type NodeJudgement = z.infer<typeof judgementSchema>;

const nothing: NodeJudgement = { compatibility: null, attention: [] };

/**
 * What the fleet says of a node's PCIe links and software, as of the last look. Kept: what they are judged by is nearly all of a
 * node's facts, too much to be read again at each start for each of hundreds of nodes.
 */
export function createNodeJudge({ store, hosts, inventory, nowMs }: NodeJudgeDeps): (hostId: string) => NodeJudgement {
  let known: { version: number; judgements: Map<string, NodeJudgement> } | null = null;

  /** Read again after this process or another one has written. */
  function current(): Map<string, NodeJudgement> {
    const version = store.foreignVersion();
    if (known?.version !== version) known = { version, judgements: readAll(store) };
    return known.judgements;
  }

  function keep(hostId: string, judgement: NodeJudgement): void {
    const text = JSON.stringify(judgement);
    if (text === JSON.stringify(current().get(hostId) ?? nothing)) return;
    store.transactionSoon(() =>
      store.database.prepare('INSERT OR REPLACE INTO node_judgement VALUES (?, ?)').run(hostId, text),
    );
    known = null;
  }

  inventory.onDidCollect((hostId) => {
    const { compatibility, attention } = softwareInShort(inventory, hostId, nowMs());
    keep(hostId, { compatibility, attention: [...pcieTroubles(inventory.facts(hostId)), ...attention] });
    inventory.announce(hostId);
  });
  hosts.onDidRemove((hostId) => keep(hostId, nothing));

  return (hostId) => current().get(hostId) ?? nothing;
}

function readAll(store: Store): Map<string, NodeJudgement> {
  const rows = store.database.prepare('SELECT host_id AS hostId, judgement FROM node_judgement').all();
  return new Map(
    (rows as { hostId: string; judgement: string }[]).flatMap((row) => {
      const read = judgementSchema.safeParse(parse(row.judgement));
      return read.success ? [[row.hostId, read.data]] : [];
    }),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
