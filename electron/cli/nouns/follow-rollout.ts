import type { Rollout, RolloutItem } from '#shared/domain/rollout';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';

/**
 * Tells of a rollout until it stands: each step as it begins and ends, what it prints as it prints it, and on a terminal how long it has
 * been going against what is usual. On Ctrl-C what stands where and how to go on; then it throws what the signal made of it.
 */
export async function tellUntilItStands(context: CliContext, started: Rollout, isQuiet: boolean): Promise<Rollout> {
  const { actions, hosts } = await context.client();
  const names = isQuiet ? {} : await hosts.names();
  const { signal } = context;
  let last = started;
  const listeners = new Map<string, Promise<void>>();
  const nameOf = ({ hostId, step }: RolloutItem) => `${names[hostId] ?? hostId}${step ? ` ${step.id}` : ''}`;

  async function listen(item: RolloutItem & { runId: string }): Promise<void> {
    let rest = '';
    try {
      for await (const { text } of await actions.watchOutput({ runId: item.runId }, { signal })) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) printLine(context, line);
        tick();
      }
      printLine(context, rest);
    } catch (error) {
      // What it prints is kept as evidence in any case.
      if (!signal.aborted) context.warn(String(error));
    }
  }

  const tick = () => context.progress(progressOf(context, last, nameOf));
  const timer = isQuiet ? null : setInterval(tick, 1000);
  try {
    for await (const rollout of await actions.watchRollout({ rolloutId: started.id }, { signal })) {
      for (const [index, item] of rollout.items.entries()) {
        const before = last.items[index];
        if (!isQuiet && (before?.state !== item.state || (rollout === started && item.state === 'running')))
          context.print(`${nameOf(item)}: ${context.say({ key: `rollouts.itemState.${item.state}` })}${tookOf(item)}`);
        const { runId } = item;
        if (isQuiet || runId === null || (item.state !== 'running' && item.state !== 'undoing')) continue;
        const key = `${runId} ${item.state}`;
        if (!listeners.has(key)) listeners.set(key, listen({ ...item, runId }));
      }
      last = rollout;
      tick();
    }
    await Promise.all(listeners.values());
  } catch (error) {
    if (signal.aborted) await tellWhatStands(context, started.id, nameOf);
    throw error;
  } finally {
    if (timer) clearInterval(timer);
  }
  return last;
}

/** A bar that is drawn over itself is what it last was. */
function printLine(context: CliContext, line: string): void {
  const shown = line.replace(/\r$/, '').split('\r').at(-1) ?? '';
  if (shown.trim() !== '') context.print(`  | ${shown}`);
}

async function tellWhatStands(
  context: CliContext,
  rolloutId: string,
  nameOf: (item: RolloutItem) => string,
): Promise<void> {
  const rollout = await (await context.client()).actions.rollout({ rolloutId });
  const running = rollout.items.filter(({ state }) => state === 'running' || state === 'undoing');
  const where = running.map(nameOf).join(', ') || '-';
  context.warn(
    context.say({ key: 'cli.rolloutLeft', params: { done: doneOf(rollout), where, id: rolloutId.slice(0, 8) } }),
  );
  context.setExitCode(exitCodes.couldNotJudge);
}

function progressOf(context: CliContext, rollout: Rollout, nameOf: (item: RolloutItem) => string): string {
  const running = rollout.items.filter(({ state }) => state === 'running' || state === 'undoing');
  const shown = running.map((item) => {
    const { startedAtMs, step } = item;
    const elapsed = startedAtMs === null || item.state === 'undoing' ? '' : ` ${minutes(Date.now() - startedAtMs)}`;
    const { fromMinutes, toMinutes } = step?.duration ?? {};
    const usual =
      fromMinutes === undefined || toMinutes === undefined
        ? ''
        : ` (${context.say({ key: 'cli.usually', params: { minutes: [...new Set([fromMinutes, toMinutes])].join('–') } })})`;
    return `${nameOf(item)}${elapsed}${usual}`;
  });
  return [doneOf(rollout), ...shown].join('  ');
}

function tookOf({ state, startedAtMs, finishedAtMs }: RolloutItem): string {
  if (state !== 'done' && state !== 'failed') return '';
  return startedAtMs === null || finishedAtMs === null ? '' : ` (${minutes(finishedAtMs - startedAtMs)})`;
}

/** `m:ss`. */
function minutes(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function doneOf({ items }: Rollout): string {
  const done = items.filter(({ state }) => state === 'done' || state === 'not-needed').length;
  return `${done}/${items.length}`;
}
