import type { NodeChanger } from '#shared/domain/node-lock';
import type { LeverId } from '#shared/domain/protection/lever';
import type { ProtectionScope } from '#shared/domain/protection/protection';
import type { Language } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import type { Actions } from '../actions/actions';
import { ConflictError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { Incidents } from '../incidents/create-incidents';
import type { Inventory } from '../inventory/inventory';
import { gather } from './gather';
import { levers } from './levers/all';
import type { LeverReading, Target } from './levers/lever';
import { nodeScope } from './node-scope';

export interface LimitStepsDeps {
  readonly hosts: HostDirectory;
  readonly actions: Pick<Actions, 'plan' | 'apply' | 'watch' | 'changedBy'>;
  readonly incidents: Pick<Incidents, 'list' | 'open'>;
  readonly inventory: Inventory;
  readonly nowMs: () => number;
  /** That of titles of incidents. */
  readonly language: () => Language;
}

/** `later`: another action is changing the node; nothing was tried. */
export interface StepEnd {
  readonly outcome: 'done' | 'failed' | 'later';
  readonly runId: string | null;
  readonly detail: string;
}

/** A GPU of a host and what lowers it. */
export interface LeverOf {
  readonly hostId: string;
  readonly gpuUuid: string;
  readonly lever: LeverId;
}

/** What protection does on nodes. What is asked for GPUs of one node at once is done in the round trips of one. */
export interface LimitSteps {
  /** Throws InvalidError where nothing could be done on a node. Changes nothing. */
  scope(hostId: string, signal: AbortSignal): Promise<ProtectionScope>;
  /** What the node says now; null where it can't be read. Throws HostUnavailableError. */
  read(of: LeverOf): Promise<LeverReading | null>;
  /** Who else is changing the node now; nothing is set meanwhile. Throws HostUnavailableError. */
  changedBy(hostId: string): Promise<NodeChanger | null>;
  /** Through the action: planned, confirmed by the arming, applied and verified, on the open incident of the node. */
  set(of: LeverOf, target: Target): Promise<StepEnd>;
  /** The same command with nothing around it, for an engine that has seconds left. Whether the node confirms it. */
  setNow(of: LeverOf, target: Target, signal: AbortSignal): Promise<boolean>;
}

export function createLimitSteps(deps: LimitStepsDeps): LimitSteps {
  const { hosts, actions, incidents, language } = deps;

  const read = gather<LeverOf, LeverReading | null>(
    ({ hostId, lever }) => `${hostId} ${lever}`,
    async (gpus) => {
      const [first] = gpus;
      if (!first) return [];
      const host = await hosts.open(first.hostId, {});
      const lever = levers[first.lever];
      const { state, exitCode, stdout } = await host.exec(lever.readCommand());
      if (state !== 'exited' || exitCode !== 0) return gpus.map(() => null);
      const readings = lever.parse(new TextDecoder().decode(stdout));
      return gpus.map(({ gpuUuid }) => readings.find(({ uuid }) => uuid === gpuUuid) ?? null);
    },
  );

  const changedBy = gather<string, NodeChanger | null>(
    (hostId) => hostId,
    async (hostIds) => {
      const [hostId] = hostIds;
      const changer = hostId === undefined ? null : await actions.changedBy(hostId);
      return hostIds.map(() => changer);
    },
  );

  /** The newest open one that speaks of the node, else a new one: what Gantry does by itself must be found by whoever comes. */
  function incidentOf(hostId: string): string {
    const [newest] = incidents
      .list()
      .filter(({ state, hostIds }) => state === 'open' && hostIds.includes(hostId))
      .sort((one, other) => other.updatedAtMs - one.updatedAtMs);
    if (newest) return newest.id;
    const title = translatorOf(language())({ key: 'protection.incident', params: { host: hosts.spec(hostId).name } });
    return incidents.open({ title, hostId }).id;
  }

  async function setAll({ hostId, lever: id }: LeverOf, target: Target, uuids: readonly string[]): Promise<StepEnd> {
    const lever = levers[id];
    const parameters = lever.parametersOf(target, uuids);
    const plan = await actions.plan({ actionId: lever.actionId, hostId, parameters });
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
  }

  /** What one command can do. */
  const keyOf = ({ of: { hostId, lever }, target: { value, original } }: { of: LeverOf; target: Target }): string =>
    `${hostId} ${lever} ${value} ${value === original}`;

  const set = gather<{ of: LeverOf; target: Target }, StepEnd>(keyOf, async (wanted) => {
    const [first] = wanted;
    if (!first) return [];
    const uuids = wanted.map(({ of }) => of.gpuUuid);
    const end = await setAll(first.of, first.target, uuids);
    if (end.outcome !== 'failed' || wanted.length === 1) return wanted.map(() => end);
    // One GPU that fails must not keep the others hot.
    const ends: StepEnd[] = [];
    for (const { of, target } of wanted) ends.push(await setAll(of, target, [of.gpuUuid]));
    return ends;
  });

  const setNow = gather<{ of: LeverOf; target: Target; signal: AbortSignal }, boolean>(keyOf, async (wanted) => {
    const [first] = wanted;
    if (!first) return [];
    const { of, target, signal } = first;
    const lever = levers[of.lever];
    const host = await hosts.open(of.hostId, { signal });
    const uuids = wanted.map((one) => one.of.gpuUuid);
    const { state, exitCode } = await host.exec(lever.setCommand(uuids, target), { signal });
    const now = await Promise.all(wanted.map((one) => read(one.of)));
    return now.map((reading) => {
      if (!reading) return false;
      // Where nothing can be read, the driver's word is all there is.
      return reading.current === null
        ? state === 'exited' && exitCode === 0
        : lever.isSame(reading.current, target.value);
    });
  });

  return {
    scope: (hostId, signal) => nodeScope(hostId, { ...deps, signal }),
    read,
    changedBy,
    set: (of, target) => set({ of, target }),
    setNow: (of, target, signal) => setNow({ of, target, signal }),
  };
}
