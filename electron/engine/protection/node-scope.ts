import { levelsOf } from '#shared/domain/protection/policy';
import type { ProtectionScope } from '#shared/domain/protection/protection';
import { parseLimits, readLimitsCommand, SET_ANY_LIMIT, setLimitArgv } from '../actions/gpu-power-limit/power-limits';
import { rootAccess } from '../actions/root-access';
import { hostContext } from '../actions/runs/host-context';
import { InvalidError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';

/** Asks a node what protection could do there. Throws InvalidError where that is nothing. Changes nothing. */
export async function nodeScope(
  hostId: string,
  deps: { hosts: HostDirectory; inventory: Inventory; nowMs: () => number; signal: AbortSignal },
): Promise<ProtectionScope> {
  const { hosts, inventory, nowMs, signal } = deps;
  if (hosts.spec(hostId).kind === 'bundle') throw new InvalidError('actions.bundleHost');
  const host = await hosts.open(hostId, { signal });
  const context = hostContext({ host, inventory, signal, nowMs });
  const ran = await context.run(readLimitsCommand());
  if (ran.state !== 'exited' || ran.exitCode !== 0) {
    const detail = `${ran.stdout} ${ran.stderr}`.trim().slice(0, 300) || ran.state;
    throw new InvalidError('protection.notRead', { detail });
  }
  const all = parseLimits(ran.stdout);
  if (all.length === 0) throw new InvalidError('protection.noGpu');
  const gpus = all.flatMap(({ index, uuid, limits }) => {
    const levelsW = limits ? levelsOf(limits) : [];
    return levelsW.length > 1 ? [{ index, uuid, levelsW }] : [];
  });
  const [first] = gpus;
  if (!first) throw new InvalidError('protection.fixedLimit');
  const root = await rootAccess(context, setLimitArgv(first.uuid, first.levelsW[0] ?? 0));
  const missingLine = root.canRun ? null : `${root.loginName} ALL=(root) NOPASSWD: ${SET_ANY_LIMIT}`;
  return { gpus, fixedCount: all.length - gpus.length, missingLine };
}
