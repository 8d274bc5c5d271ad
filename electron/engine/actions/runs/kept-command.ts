import type { ActionContext } from '../action';

/** What the shell of a command is called that goes on when the connection or the engine is lost. */
export function keptAs(runId: string): string {
  return `gantry-${runId}`;
}

const betweenLooksMs = 2000;

/**
 * Resolves when no command of the run goes on any more. Its own time limit ends it. Where the node has no pgrep (procps) that can't be
 * told, and is not waited for.
 */
export async function keptEnd(context: ActionContext, runId: string): Promise<void> {
  const isThere = async () =>
    (await context.run({ id: 'kept', argv: ['pgrep', '-f', '--', keptAs(runId)] })).exitCode === 0;
  while (await isThere()) await context.wait(betweenLooksMs);
}
