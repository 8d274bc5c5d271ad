import type { PowerLimits } from '#shared/domain/protection/policy';
import type { ProtectionScope } from '#shared/domain/protection/protection';
import type { Actions } from '../actions/actions';
import { isSameLimit, parseLimits, readLimitsCommand, setLimitCommand } from '../actions/gpu-power-limit/power-limits';
import { ConflictError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { Incidents } from '../incidents/create-incidents';
import type { Inventory } from '../inventory/inventory';
import { nodeScope } from './node-scope';

export interface LimitStepsDeps {
  readonly hosts: HostDirectory;
  readonly actions: Pick<Actions, 'plan' | 'apply' | 'watch'>;
  readonly incidents: Pick<Incidents, 'list' | 'open'>;
  readonly inventory: Inventory;
  readonly nowMs: () => number;
}

/** `later`: another action is changing the node; nothing was tried. */
export interface StepEnd {
  readonly outcome: 'done' | 'failed' | 'later';
  readonly runId: string | null;
  readonly detail: string;
}

/** What protection does on nodes. */
export interface LimitSteps {
  /** Throws InvalidError where nothing could be done on a node. Changes nothing. */
  scope(hostId: string, signal: AbortSignal): Promise<ProtectionScope>;
  /** What the node says now; null where it can't be read. Throws HostUnavailableError. */
  read(hostId: string, gpuUuid: string): Promise<PowerLimits | null>;
  /** Through the action: planned, confirmed by the arming, applied and verified, on the open incident of the node. */
  set(hostId: string, gpuUuid: string, watts: number): Promise<StepEnd>;
  /** The same command with nothing around it, for an engine that has seconds left. Whether the node confirms it. */
  setNow(hostId: string, gpuUuid: string, watts: number, signal: AbortSignal): Promise<boolean>;
}

export function createLimitSteps(deps: LimitStepsDeps): LimitSteps {
  const { hosts, actions, incidents } = deps;

  async function read(hostId: string, gpuUuid: string, signal?: AbortSignal): Promise<PowerLimits | null> {
    const host = await hosts.open(hostId, signal ? { signal } : {});
    const { state, exitCode, stdout } = await host.exec(readLimitsCommand(gpuUuid), signal ? { signal } : {});
    if (state !== 'exited' || exitCode !== 0) return null;
    const gpu = parseLimits(new TextDecoder().decode(stdout)).find(({ uuid }) => uuid === gpuUuid);
    return gpu?.limits ?? null;
  }

  /** The newest open one that speaks of the node, else a new one: what Gantry does by itself must be found by whoever comes. */
  function incidentOf(hostId: string): string {
    const [newest] = incidents
      .list()
      .filter(({ state, hostIds }) => state === 'open' && hostIds.includes(hostId))
      .sort((one, other) => other.updatedAtMs - one.updatedAtMs);
    return (newest ?? incidents.open({ title: `Protection on ${hosts.spec(hostId).name}`, hostId })).id;
  }

  return {
    scope: (hostId, signal) => nodeScope(hostId, { ...deps, signal }),
    read,

    async set(hostId, gpuUuid, watts) {
      const parameters = { watts, gpuUuids: gpuUuid };
      const plan = await actions.plan({ actionId: 'gpu-power-limit', hostId, parameters });
      if (plan.isAlreadyDone) return { outcome: 'done', runId: null, detail: '' };
      if (plan.isBlocked) {
        const failed = plan.checks.filter(({ outcome }) => outcome !== 'pass').map(({ detail }) => detail.en);
        return { outcome: 'failed', runId: null, detail: failed.join(' ') };
      }
      const incidentId = incidentOf(hostId);
      try {
        const confirmed = { planId: plan.id, fingerprint: plan.fingerprint };
        let run = await actions.apply({ ...confirmed, incidentId });
        for await (const change of actions.watch(run.id)) run = change;
        const detail = run.verification?.detail.en ?? run.steps.at(-1)?.detail?.en ?? run.error?.key ?? '';
        return { outcome: run.state === 'verified' ? 'done' : 'failed', runId: run.id, detail };
      } catch (error) {
        if (error instanceof ConflictError) return { outcome: 'later', runId: null, detail: error.key };
        throw error;
      }
    },

    async setNow(hostId, gpuUuid, watts, signal) {
      const host = await hosts.open(hostId, { signal });
      await host.exec(setLimitCommand('restore', gpuUuid, watts), { signal });
      const now = await read(hostId, gpuUuid, signal);
      return now !== null && isSameLimit(now.limitW, watts);
    },
  };
}
