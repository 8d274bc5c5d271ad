import { type LeverId, leverIds } from '#shared/domain/protection/lever';
import type { ProtectionScope } from '#shared/domain/protection/protection';
import type { ActionContext } from '../actions/action';
import { lastingRootAccess } from '../actions/root-access';
import { hostContext } from '../actions/runs/host-context';
import { InvalidError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';
import { levers } from './levers/all';
import type { LeverReading } from './levers/lever';

type ScopedGpu = ProtectionScope['gpus'][number];

/** Asks a node what protection could do there. Throws InvalidError where that is nothing. Changes nothing. */
export async function nodeScope(
  hostId: string,
  deps: { hosts: HostDirectory; inventory: Inventory; nowMs: () => number; signal: AbortSignal },
): Promise<ProtectionScope> {
  const { hosts, inventory, nowMs, signal } = deps;
  if (hosts.spec(hostId).kind === 'bundle') throw new InvalidError('actions.bundleHost');
  const host = await hosts.open(hostId, { signal });
  const context = hostContext({ host, inventory, signal, nowMs });
  let all: LeverReading[] = [];
  const gpus: ScopedGpu[] = [];
  for (const lever of leverIds) {
    const ran = await context.run(levers[lever].readCommand());
    if (ran.state !== 'exited' || ran.exitCode !== 0) {
      if (gpus.length > 0) break;
      const detail = `${ran.stdout} ${ran.stderr}`.trim().slice(0, 300) || ran.state;
      throw new InvalidError('protection.notRead', { detail });
    }
    const readings = levers[lever].parse(ran.stdout);
    if (all.length === 0) all = readings;
    if (all.length === 0) throw new InvalidError('protection.noGpu');
    for (const { index, uuid, levels } of readings) {
      if (levels.length < 2 || gpus.some((gpu) => gpu.uuid === uuid)) continue;
      gpus.push({ index, uuid, lever, levels: [...levels] });
    }
    if (gpus.length === all.length) break;
  }
  if (gpus.length === 0) throw new InvalidError('protection.fixedLimit');
  const missingLine: ProtectionScope['missingLine'] = { 'power-limit': null, 'clock-ceiling': null };
  for (const lever of leverIds) missingLine[lever] = await missingLineOf(context, lever, gpus);
  return { gpus, fixedCount: all.length - gpus.length, missingLine };
}

async function missingLineOf(context: ActionContext, id: LeverId, gpus: readonly ScopedGpu[]): Promise<string | null> {
  const uuids = gpus.filter(({ lever }) => lever === id).map(({ uuid }) => uuid);
  if (uuids.length === 0) return null;
  const { sudoersCommands, rootArgvs } = levers[id];
  for (const argv of rootArgvs(uuids)) {
    const root = await lastingRootAccess(context, argv);
    if (!root.canRun) return `${root.loginName} ALL=(root) NOPASSWD: ${sudoersCommands}`;
  }
  return null;
}
