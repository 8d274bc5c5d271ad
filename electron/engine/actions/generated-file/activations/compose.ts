import { z } from 'zod';
import type { ActionContext } from '../../action';
import { type ActivationKind, ask, check, command, isGood, minute, said } from './activation';

const stateSchema = z.object({ path: z.string(), isUp: z.boolean() });

/** Containers are made as the file says, and gone again where there were none. Volumes and images stay. Source: docker compose up(1). */
export const composeActivation: ActivationKind = {
  kind: 'compose',

  async prepare(context, { path, isThere }, texts) {
    const version = await ask(context, 'compose-version', ['docker', 'compose', 'version']);
    if (!isGood(version)) {
      return {
        checks: [check(texts, 'fail', texts('noCompose', { said: said(version) }), version.evidenceId)],
        activation: null,
      };
    }
    const now = isThere ? await containersOf(context, path) : [];
    if (now === null) return { checks: [check(texts, 'unknown', texts('composeUnknown'))], activation: null };
    const isUp = now.length > 0;
    const compose = (id: string, ...words: string[]) =>
      command(id, ['docker', 'compose', '-f', path, ...words], { title: 'stepUp', timeoutMs: 30 * minute });
    return {
      checks: [check(texts, isUp ? 'warn' : 'pass', texts(isUp ? 'composeChanges' : 'composeStarts'))],
      activation: {
        kind: 'compose',
        commands: [compose('up', 'up', '-d')],
        undoFirst: isUp ? [] : [compose('down', 'down')],
        undoAfter: isUp ? [compose('up', 'up', '-d', '--remove-orphans')] : [],
        wanted: { path, isUp: true },
        before: isUp ? { path, isUp } : null,
      },
    };
  },

  async prove(context, expected, texts) {
    // Without its file there is nothing to ask: `down` was made to say whether it took them away.
    if (expected === null) return { outcome: 'pass', detail: texts('nothingBefore') };
    const { path } = stateSchema.parse(expected);
    for (let tries = 0; ; tries++) {
      const all = await containersOf(context, path);
      if (all === null) return { outcome: 'unknown', detail: texts('composeUnknown') };
      const wrong = all.filter(
        ({ state, exitCode }) => state !== 'running' && !(state === 'exited' && exitCode === '0'),
      );
      if (all.length > 0 && wrong.length === 0) {
        return { outcome: 'pass', detail: texts('composeRuns', { names: all.map(({ name }) => name).join(', ') }) };
      }
      if (tries >= 5) {
        const names = wrong.map(({ name, state }) => `${name} (${state})`).join(', ') || '-';
        return { outcome: 'fail', detail: texts('composeWrong', { names }) };
      }
      await context.wait(2000);
    }
  },
};

/** Null: Docker does not tell. */
async function containersOf(context: ActionContext, path: string) {
  const listed = await ask(context, 'compose-containers', ['docker', 'compose', '-f', path, 'ps', '-a', '-q']);
  if (!isGood(listed)) return null;
  const ids = listed.stdout.split('\n').filter((line) => /^[0-9a-f]{12,64}$/.test(line));
  if (ids.length === 0) return [];
  const format = '{{.Name}} {{.State.Status}} {{.State.ExitCode}}';
  const inspected = await ask(context, 'inspect-containers', ['docker', 'inspect', '--format', format, ...ids]);
  if (!isGood(inspected)) return null;
  return inspected.stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', state = '', exitCode = ''] = line.split(' ');
      return { name: name.replace(/^\//, ''), state, exitCode };
    });
}
