import type { ActionsAndRollouts } from '../actions/create-actions';
import type { ReadableAuditLog } from '../audit/audit-log';
import { engine, translateErrors } from './errors';

export function actionProcedures(actions: ActionsAndRollouts) {
  const procedures = engine.actions;
  return {
    list: procedures.list.use(translateErrors).handler(() => actions.list()),
    plan: procedures.plan.use(translateErrors).handler(({ input, signal }) => actions.plan(input, { signal })),
    apply: procedures.apply.use(translateErrors).handler(({ input }) => actions.apply(input)),
    cancel: procedures.cancel.use(translateErrors).handler(({ input }) => actions.cancel(input.runId)),
    undo: procedures.undo.use(translateErrors).handler(({ input }) => actions.undo(input.runId)),
    recheck: procedures.recheck
      .use(translateErrors)
      .handler(({ input, signal }) => actions.recheck(input.runId, { signal })),
    roll: procedures.roll.use(translateErrors).handler(({ input }) => actions.rollouts.start(input)),
    rollouts: procedures.rollouts.use(translateErrors).handler(() => actions.rollouts.list()),
    rollout: procedures.rollout.use(translateErrors).handler(({ input }) => actions.rollouts.get(input.rolloutId)),
    pauseRollout: procedures.pauseRollout
      .use(translateErrors)
      .handler(({ input }) => actions.rollouts.pause(input.rolloutId)),
    continueRollout: procedures.continueRollout
      .use(translateErrors)
      .handler(({ input }) => actions.rollouts.continue(input.rolloutId)),
    cancelRollout: procedures.cancelRollout
      .use(translateErrors)
      .handler(({ input }) => actions.rollouts.cancel(input.rolloutId)),
    undoRollout: procedures.undoRollout
      .use(translateErrors)
      .handler(({ input }) => actions.rollouts.undo(input.rolloutId, input.hostIds)),
    watchRollout: procedures.watchRollout.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* actions.rollouts.watch(input.rolloutId, { signal });
    }),
    runs: procedures.runs.use(translateErrors).handler(({ input }) => actions.runs(input.hostId)),
    watch: procedures.watch.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* actions.watch(input.runId, { signal });
    }),
    watchOutput: procedures.watchOutput.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* actions.watchOutput(input.runId, { signal });
    }),
    lock: procedures.lock.use(translateErrors).handler(({ input, signal }) => actions.lock(input.hostId, { signal })),
    takeOverLock: procedures.takeOverLock.use(translateErrors).handler(({ input }) => actions.takeOverLock(input)),
  };
}

export function auditProcedures(audit: ReadableAuditLog) {
  return { list: engine.audit.list.use(translateErrors).handler(({ input }) => audit.list(input)) };
}
