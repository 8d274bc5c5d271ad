import { judgeLine, type LogEvidence, type LogLine, type LogSuspicion } from '#shared/domain/kernel-log/log-evidence';
import { lineRecord } from '#shared/domain/kernel-log/log-records';
import { kernelLogKnowledge } from '#shared/knowledge/catalogs/kernel-log/kernel-log-catalogue';
import type { Inventory } from '../inventory/inventory';
import type { Telemetry } from './create-telemetry';

/** As far as the rules of the catalogue look. */
const AROUND_MS = 5 * 60_000;

export interface LogEvidenceDeps {
  readonly telemetry: Pick<Telemetry, 'events'>;
  readonly inventory: Pick<Inventory, 'facts'>;
}

export type JudgeLine = (suspicion: LogSuspicion & { readonly hostId: string }) => Promise<LogEvidence>;

/** Judges a line of a node's kernel log among what its log told around that time. */
export function createLogEvidence({ telemetry, inventory }: LogEvidenceDeps): JudgeLine {
  return async ({ hostId, line, around = [] }) => {
    const knowledge = await kernelLogKnowledge();
    const atMs = line.atMs ?? lineRecord(line.text, 1)?.atMs ?? null;
    const told: LogLine[] =
      atMs === null
        ? []
        : telemetry
            .events({ hostIds: [hostId], fromMs: atMs - AROUND_MS, toMs: atMs + AROUND_MS })
            .flatMap(({ atMs: toldMs, body }) =>
              body.kind === 'xid' || body.kind === 'kernel-log' ? [{ text: body.message, atMs: toldMs }] : [],
            );
    const { gpu } = inventory.facts(hostId, ['gpu']);
    const branch = /^(\d{3,4})\./.exec(gpu?.driverVersion ?? '')?.[1];
    return judgeLine({ line, around: [...around, ...told] }, knowledge, {
      driverBranch: branch === undefined ? null : Number(branch),
    });
  };
}
