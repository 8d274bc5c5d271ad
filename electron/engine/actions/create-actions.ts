import { EventPublisher } from '@orpc/server';
import type { ActionRun } from '#shared/domain/action';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import type { Host } from '../hosts/host';
import { installationId } from '../store/installation';
import { type RunChanges, watchRun } from '../store/watch-run';
import type { Action, PlanCheck } from './action';
import { infoOf } from './action-info';
import type { Actions, ActionsDeps } from './actions';
import { allActions } from './all';
import { checkedParameters } from './checked-parameters';
import { say } from './declared/words';
import { createRollouts, type Rollouts } from './rolling/create-rollouts';
import { ActionRuns } from './runs/action-runs';
import { HostClaims } from './runs/host-claims';
import { hostContext } from './runs/host-context';
import { LiveOutputs } from './runs/live-outputs';
import { newRun } from './runs/new-run';
import { lockPath, NodeLockFile } from './runs/node-lock';
import { lockWords, NodeLocks } from './runs/node-locks';
import { PlanBook } from './runs/plan-book';
import { type Execution, execute, isInProgress, maxEvidence, recheck } from './runs/run-executor';
import type { SavedRun } from './runs/run-repository';

/** Facts older than this are read again before anything is begun: somebody may be on a GPU by now. */
const stillTrueMs = 30_000;

interface ActiveRun {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export interface ActionsAndRollouts extends Actions {
  /** The same on several nodes, one after the other. */
  readonly rollouts: Rollouts;
}

export function createActions(deps: ActionsDeps): ActionsAndRollouts {
  const { hosts, inventory, audit, nowMs } = deps;
  const actions = new Map((deps.actions ?? allActions).map((action) => [action.id, action]));
  const ownActions = deps.ownActions ?? (() => new Map<string, never>());
  const plans = new PlanBook(nowMs);
  const changes: RunChanges<ActionRun> = new EventPublisher();
  const active = new Map<string, ActiveRun>();
  const claims = new HostClaims();
  const runs = new ActionRuns({
    store: deps.store,
    nowMs,
    isCarriedOut: ({ id, plan }) => active.has(id) || claims.has(plan.hostId),
  });
  const outputs = new LiveOutputs();
  const { name: operator, machine } = deps.operator;
  const locks = new NodeLocks({
    file: new NodeLockFile({ installation: installationId(deps.store), operator, machine }, deps.lockPath ?? lockPath),
    nowMs,
    isChangedElsewhere: (hostId) => runs.list(hostId).some(({ id, state }) => isInProgress(state) && !active.has(id)),
  });
  const willApply = new Set<(run: ActionRun) => void | Promise<void>>();
  const didStart = new Set<(run: ActionRun) => void>();
  const didSettle = new Set<(run: ActionRun) => void>();
  const closing = new AbortController();

  function actionOf(actionId: string): Action {
    const action = actions.get(actionId) ?? ownActions().get(actionId)?.action;
    if (!action) throw new NotFoundError('action', actionId);
    return action;
  }

  async function openHost(hostId: string, signal?: AbortSignal): Promise<Host> {
    if (hosts.spec(hostId).kind === 'bundle') throw new InvalidError('actions.bundleHost');
    return hosts.open(hostId, { signal });
  }

  const contextOn = (
    host: Host,
    signal: AbortSignal,
    more: Pick<Parameters<typeof hostContext>[0], 'onOutput' | 'readSinceMs' | 'runId' | 'onRead'> = {},
  ) => hostContext({ host, inventory, signal, nowMs, site: deps.site, ...more });

  /** Null: nobody holds the node, and we can say that we do. */
  async function lockCheck(host: Host, isChanged: boolean, signal: AbortSignal): Promise<PlanCheck | null> {
    const title = say('checkLock');
    const held = await locks.heldByOther(host, signal);
    if (held) return { title, outcome: 'fail', detail: say('lockHeld', lockWords(held)) };
    if (!isChanged || (await locks.canBeMade(host, signal))) return null;
    return { title, outcome: 'warn', detail: say('lockImpossible') };
  }

  function executionOf(action: Action, saved: SavedRun, host: Host, signal: AbortSignal): Execution {
    const current = { ...saved };
    const { id: runId, plan } = saved.run;
    return {
      action,
      saved: current,
      context: contextOn(host, signal, { runId, onOutput: (bytes) => outputs.push(runId, bytes) }),
      contextForAsking: () => contextOn(host, new AbortController().signal),
      save: () => {
        runs.update(current);
        changes.publish(current.run.id, current.run);
      },
      ends: new Map(),
      holdLock: () => locks.hold(plan.hostId),
      onStep: (stepId) => outputs.setStep(runId, stepId),
      isStopping: () => closing.signal.aborted,
    };
  }

  /** Starts a saved run in the background; the host stays busy until it has stopped. */
  function start(action: Action, saved: SavedRun, host: Host): void {
    const abort = new AbortController();
    const execution = executionOf(action, saved, host, abort.signal);
    const { id } = saved.run;
    const { hostId } = saved.run.plan;
    const release = claims.takeOver(hostId);
    outputs.begin(id);
    const done = execute(execution)
      // Only saving can fail here.
      .catch((error: unknown) => tryTo(() => runs.cutOff(id, error)))
      .finally(() => {
        void locks.release(hostId, { isKnown: isKnown(execution.saved.run) });
        outputs.end(id);
        active.delete(id);
        release();
        // Where the end could not be saved, nothing else says that it is over.
        changes.publish(id, null);
        settled(execution);
      });
    active.set(id, { abort, done });
    for (const listener of didStart) tryTo(() => listener(saved.run));
  }

  function settled({ saved: { run }, ends }: Execution): void {
    const { id: runId, plan, state, verification } = run;
    const steps = run.steps.map(({ id, state: became, evidenceId }) => ({
      id,
      state: became,
      exits: ends.get(id) ?? [],
      evidenceId,
    }));
    const detail = { runId, actionId: plan.actionId, state, steps, verification: verification?.detail.en ?? null };
    tryTo(() => audit.append({ event: 'action.settle', hostId: plan.hostId, detail }));
    for (const listener of didSettle) tryTo(() => listener(run));
  }

  function infoForAudit({ plan, id: runId }: ActionRun): Record<string, unknown> {
    const { id: planId, actionId, parameters, fingerprint, steps } = plan;
    const commands = steps.map((step) => (step.kind === 'command' ? step.commandLine : `write ${step.path}`));
    return { runId, planId, actionId, parameters, fingerprint, commands };
  }

  const made: Actions = {
    list: () => [
      ...[...actions.values()].map(infoOf),
      ...[...ownActions().values()].map(({ file, action }) => ({ ...infoOf(action), ownFile: file })),
    ],

    async plan({ actionId, hostId, parameters: given }, { signal = new AbortController().signal, readSinceMs } = {}) {
      const action = actionOf(actionId);
      const parameters = checkedParameters(action.parametersSchema, given);
      const host = await openHost(hostId, signal);
      const reads = new Map<string, { commandLine: string; evidenceId: string }>();
      const context = contextOn(host, signal, {
        readSinceMs,
        onRead: (output) => reads.set(output.evidenceId, output),
      });
      const prepared = await action.prepare(context, parameters);
      const lock = await lockCheck(host, prepared.steps.length > 0, signal);
      const checks = lock ? [lock, ...prepared.checks] : prepared.checks;
      const evidence = prepared.isAlreadyDone ? { evidence: [...reads.values()].slice(-maxEvidence) } : {};
      const plan = plans.add(action, hostId, parameters, { ...prepared, ...evidence, checks });
      const { id: planId, fingerprint, isBlocked } = plan;
      const detail = { planId, actionId, parameters, fingerprint, isBlocked };
      audit.append({ event: 'action.plan', hostId, detail });
      return plan;
    },

    async apply({ planId, fingerprint, incidentId }, { readSinceMs = Number.POSITIVE_INFINITY } = {}) {
      const plan = plans.take(planId, fingerprint);
      const action = actionOf(plan.actionId);
      let release: (() => void) | null = null;
      try {
        release = claims.claim(plan.hostId);
        const host = await openHost(plan.hostId);
        const prepared = await action.prepare(
          contextOn(host, new AbortController().signal, { readSinceMs: Math.max(readSinceMs, nowMs() - stillTrueMs) }),
          plan.parameters,
        );
        const saved = newRun(plan, prepared, { incidentId: incidentId ?? null, startedAtMs: nowMs() });
        const lock = await locks.take(host, plan.actionId);
        try {
          for (const listener of willApply) await listener(saved.run);
          deps.store.transaction(() => {
            const detail = { ...infoForAudit(saved.run), lock };
            audit.append({ event: 'action.apply', hostId: plan.hostId, detail });
            runs.insert(saved);
          });
          start(action, saved, host);
        } catch (error) {
          await locks.release(host.id, { isKnown: true });
          throw error;
        }
        return saved.run;
      } catch (error) {
        // Nothing was started. Unless the node itself changed, the same plan may be tried again.
        if (!(error instanceof ConflictError && error.key === 'actions.planOutdated')) plans.putBack(planId);
        throw error;
      } finally {
        release?.();
      }
    },

    async cancel(runId) {
      const { run } = runs.get(runId);
      const running = active.get(runId);
      if (!running) {
        if (isInProgress(run.state)) throw new ConflictError('actions.runElsewhere');
        throw new ConflictError('actions.notRunning');
      }
      audit.append({ event: 'action.cancel', hostId: run.plan.hostId, detail: { runId } });
      running.abort.abort();
      await running.done;
      return runs.get(runId).run;
    },

    async undo(runId) {
      const { run } = runs.get(runId);
      const action = actionOf(run.plan.actionId);
      if (!action.undo || !run.canUndo || isInProgress(run.state)) throw new ConflictError('actions.undoImpossible');
      const { hostId } = run.plan;
      const release = claims.claim(hostId);
      try {
        const host = await openHost(hostId);
        const before = runs.get(runId);
        if (!before.run.canUndo || isInProgress(before.run.state)) throw new ConflictError('actions.undoImpossible');
        const saved: SavedRun = {
          ...before,
          run: { ...before.run, state: 'undoing', finishedAtMs: null, error: null, canUndo: false },
          ownerPid: process.pid,
          phase: 'undo',
        };
        const lock = await locks.take(host, action.id);
        try {
          deps.store.transaction(() => {
            audit.append({ event: 'action.undo', hostId, detail: { runId, actionId: action.id, lock } });
            runs.update(saved);
          });
          start(action, saved, host);
        } catch (error) {
          await locks.release(hostId, { isKnown: true });
          throw error;
        }
        return saved.run;
      } finally {
        release();
      }
    },

    async recheck(runId, { signal = new AbortController().signal } = {}) {
      const saved = runs.get(runId);
      const { hostId, actionId } = saved.run.plan;
      if (active.has(runId)) throw new ConflictError('actions.notInterrupted');
      if (isInProgress(saved.run.state) && runs.isOwnedElsewhere(saved))
        throw new ConflictError('actions.runElsewhere');
      if (saved.run.state !== 'interrupted') throw new ConflictError('actions.notInterrupted');
      const release = claims.claim(hostId);
      try {
        const host = await openHost(hostId, signal);
        audit.append({ event: 'action.recheck', hostId, detail: { runId } });
        const execution = executionOf(actionOf(actionId), saved, host, signal);
        await locks.take(host, actionId);
        try {
          await recheck(execution);
          await locks.release(hostId, { isKnown: isKnown(execution.saved.run) });
        } catch (error) {
          await locks.release(hostId, { isKnown: false });
          // Asked in vain: it is as interrupted as before.
          execution.saved.run = { ...execution.saved.run, state: 'interrupted' };
          execution.save();
          throw error;
        }
        settled(execution);
        return execution.saved.run;
      } finally {
        release();
      }
    },

    runs: (hostId) => runs.list(hostId),
    get: (runId) => runs.get(runId).run,

    watch: (runId, { signal } = {}) =>
      watchRun({
        store: deps.store,
        changes,
        runId,
        read: () => runs.get(runId).run,
        isElsewhere: () => !active.has(runId),
        isLast: ({ state }) => !isInProgress(state),
        signal,
      }),

    watchOutput: (runId, { signal } = {}) => outputs.watch(runId, signal),

    lock: async (hostId, { signal } = {}) => locks.found(await openHost(hostId, signal), signal),

    async changedBy(hostId) {
      const found = await locks.found(await openHost(hostId));
      if (found && (!found.isOurs || claims.has(hostId))) return found;
      return claims.has(hostId) ? { operator, machine, what: '' } : null;
    },

    async takeOverLock({ hostId, token }) {
      const host = await openHost(hostId);
      return locks.takeOver(host, token, (found) => {
        audit.append({ event: 'lock.take-over', hostId, detail: { ...found } });
      });
    },

    async freeLeftLock(hostId) {
      try {
        if (!runs.haveEnded(hostId)) return;
        const host = await openHost(hostId, closing.signal);
        if (claims.has(hostId) || !runs.haveEnded(hostId) || rollouts.isAt(hostId)) return;
        const found = await locks.freeLeft(host, closing.signal);
        if (found) audit.append({ event: 'lock.free', hostId, detail: { ...found } });
      } catch {
        // It is looked at again when the node is next connected.
      }
    },

    keepLocked: (hostId, what) => locks.keep(hostId, what),

    onWillApply(listener) {
      willApply.add(listener);
      return () => willApply.delete(listener);
    },
    onDidStart(listener) {
      didStart.add(listener);
      return () => didStart.delete(listener);
    },
    onDidSettle(listener) {
      didSettle.add(listener);
      return () => didSettle.delete(listener);
    },

    async close() {
      closing.abort();
      const rolled = rollouts.close();
      for (const { abort } of active.values()) abort.abort();
      await Promise.all([rolled, ...[...active.values()].map(({ done }) => done)]);
      await locks.idle();
    },
  };
  const rollouts = createRollouts({ store: deps.store, actions: made, plans, audit, nowMs, operator });
  return { ...made, rollouts };
}

/** Else the node may still be changing, and has to be asked first. */
const isKnown = ({ state }: ActionRun): boolean => state !== 'interrupted';

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // What has happened on the node stands, whether or not the workstation could still write it down.
  }
}
