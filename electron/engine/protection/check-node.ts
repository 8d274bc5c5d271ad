import { levelsOf } from '#shared/domain/protection/policy';
import { parseLimits, readLimitsCommand, SET_ANY_LIMIT, setLimitArgv } from '../actions/gpu-power-limit/power-limits';
import { rootAccess } from '../actions/root-access';
import { hostContext } from '../actions/runs/host-context';
import { InvalidError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';

/** Throws InvalidError where protection could do nothing on a node, with what is missing. Changes nothing. */
export async function checkNode(
  hostId: string,
  deps: { hosts: HostDirectory; inventory: Inventory; nowMs: () => number; needsRoot: boolean; signal: AbortSignal },
): Promise<void> {
  const { hosts, inventory, nowMs, needsRoot, signal } = deps;
  if (hosts.spec(hostId).kind === 'bundle') throw new InvalidError('actions.bundleHost');
  const host = await hosts.open(hostId, { signal });
  const context = hostContext({ host, inventory, signal, nowMs });
  const ran = await context.run(readLimitsCommand());
  if (ran.state !== 'exited' || ran.exitCode !== 0) {
    const detail = `${ran.stdout} ${ran.stderr}`.trim().slice(0, 300) || ran.state;
    throw new InvalidError('protection.notRead', { detail });
  }
  const gpus = parseLimits(ran.stdout);
  if (gpus.length === 0) throw new InvalidError('protection.noGpu');
  const settable = gpus.find(({ limits }) => limits !== null && levelsOf(limits).length > 1);
  if (!settable?.limits) throw new InvalidError('protection.fixedLimit');
  if (!needsRoot) return;
  const root = await rootAccess(context, setLimitArgv(settable.uuid, settable.limits.limitW));
  if (root.canRun) return;
  throw new InvalidError('protection.needsRoot', { line: `${root.loginName} ALL=(root) NOPASSWD: ${SET_ANY_LIMIT}` });
}
