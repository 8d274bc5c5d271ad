import type { CommandSpec } from '#shared/domain/command';
import { readLog } from '#shared/domain/kernel-log/read-log';
import { kernelLogKnowledge } from '#shared/knowledge/catalogs/kernel-log/kernel-log-catalogue';
import { InvalidError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { InventoryService } from '../inventory/inventory';
import type { JudgeLine } from '../telemetry/log-evidence';
import { engine, translateErrors } from './errors';

const maxOutputBytes = 12 * 1024 * 1024;
/** Of this boot, the newest first to be kept; where there is no journal, the ring buffer. */
const commands: readonly CommandSpec[] = [
  {
    id: 'journalctl',
    argv: ['journalctl', '-k', '-q', '-o', 'short-iso', '--no-pager', '-n', '50000'],
    privilege: 'root-else-user',
    timeoutMs: 30_000,
    maxOutputBytes,
  },
  {
    id: 'dmesg',
    argv: ['dmesg', '--time-format=iso'],
    privilege: 'root-else-user',
    timeoutMs: 5000,
    maxOutputBytes,
  },
];

export function knowledgeProcedures(hosts: HostDirectory, inventory: InventoryService, judgeLine: JudgeLine) {
  const { knowledge } = engine;
  return {
    xids: knowledge.xids.use(translateErrors).handler(async () => {
      const { xids, sxids, correlation, sources } = await kernelLogKnowledge();
      const { sources: _, ...memoryRma } = correlation.memoryRma;
      const treeOf = (kind: 'xids' | 'sxids', code: number) =>
        correlation.trees.find((entry) => entry[kind].includes(code))?.tree ?? null;
      return {
        xids: [...xids.values()].map((xid) => ({ ...xid, tree: treeOf('xids', xid.code) })),
        sxids: [...sxids.values()].map((sxid) => ({ ...sxid, tree: treeOf('sxids', sxid.code) ?? 'nvlink-fabric' })),
        sources: { ...sources },
        memoryRma,
      };
    }),
    judgeLine: knowledge.judgeLine.use(translateErrors).handler(({ input }) => judgeLine(input)),
    decodeLog: knowledge.decodeLog.use(translateErrors).handler(async ({ input, signal }) => {
      const known = await kernelLogKnowledge();
      if ('text' in input) return readLog(input.text, known, { driverBranch: branchOf(input.driverVersion ?? null) });
      const host = await hosts.open(input.hostId, { signal });
      const { gpu } = inventory.facts(input.hostId, ['gpu']);
      return readLog(await logOf(host, signal), known, { driverBranch: branchOf(gpu?.driverVersion ?? null) });
    }),
  };
}

async function logOf(
  host: Awaited<ReturnType<HostDirectory['open']>>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const texts = new Map<string, string>();
  for await (const { spec, state, exitCode, stdout } of host.batch(commands, { signal })) {
    if (state === 'exited' && exitCode === 0) texts.set(spec.id, new TextDecoder().decode(stdout));
  }
  // A login that may not read the journal is shown an empty one.
  const told = commands.map(({ id }) => texts.get(id)?.trim() ?? '').find((text) => text !== '');
  if (told === undefined) throw new InvalidError('kernelLog.notReadable');
  return told;
}

function branchOf(driverVersion: string | null): number | null {
  const branch = /^(\d{3,4})(?:\.|$)/.exec(driverVersion ?? '')?.[1];
  return branch === undefined ? null : Number(branch);
}
