import type { Rollout } from '#shared/domain/rollout';
import { engine } from '../rpc/client';
import { useCall } from '../rpc/use-call';

type Verb = 'pauseRollout' | 'continueRollout' | 'cancelRollout';

export interface RolloutCommand {
  readonly isRunning: boolean;
  readonly isUndoing: boolean;
  readonly error: unknown;
  readonly run: (verb: Verb) => void;
  /** Takes back what was done on these nodes; all without a list. */
  readonly undo: (hostIds?: readonly string[]) => void;
}

interface Options {
  readonly onChange: (rollout: Rollout) => void;
  /** What goes on now is to be watched. */
  readonly onWatch: () => void;
}

/** What a person can tell a rollout. Leaving the screen stops none of it. */
export function useRolloutCommand(rolloutId: string, { onChange, onWatch }: Options): RolloutCommand {
  const command = useCall(async (_signal, verb: Verb) => onChange(await engine.actions[verb]({ rolloutId })));
  const undo = useCall(
    async (_signal, hostIds?: readonly string[]) => {
      const undoing = engine.actions.undoRollout({ rolloutId, ...(hostIds ? { hostIds: [...hostIds] } : {}) });
      onWatch();
      onChange(await undoing);
    },
    { outlives: true },
  );
  return {
    isRunning: command.isRunning,
    isUndoing: undo.isRunning,
    error: command.error ?? undo.error,
    run: (verb) => void command.run(verb),
    undo: (hostIds) => {
      if (!undo.isRunning) void undo.run(hostIds);
    },
  };
}
