import { z } from 'zod';
import yaml from '../../../../shared/knowledge/actions/environment-snippet.yaml?raw';
import { sha256 } from '../../audit/canonical-json';
import { type ActionContext, defineAction, type PlanCheck, type Prepared } from '../action';
import { commandLineOf } from '../command-line';
import { parseActionKnowledge, type Texts } from '../knowledge';
import {
  askFile,
  expandHome,
  failed,
  fileCheck,
  readNodeFile,
  replaceFile,
  sumOf,
  verifyFile,
  writeArgv,
} from './node-file';
import { type Parameters, parametersSchema, variablesOf } from './parameters';
import { withSnippet } from './snippet';
import { unifiedDiff } from './unified-diff';

const stateSchema = z.object({
  path: z.string(),
  /** Null: there was no file. */
  before: z.string().nullable(),
  beforeSum: z.string(),
  after: z.string(),
  afterSum: z.string(),
});
type State = z.infer<typeof stateSchema>;

/** Writes the recommended environment into a file of the login's own, which a job's script reads. */
export const environmentSnippet = defineAction({
  id: 'environment-snippet',
  knowledge: () => parseActionKnowledge('shared/knowledge/actions/environment-snippet.yaml', yaml),
  parametersSchema,
  stateSchema,
  prepare,

  async apply(context, state, steps, texts) {
    for (const step of steps) {
      const { path, beforeSum, afterSum, after } = state;
      await context.step(step.id, () =>
        replaceFile(context, { path, beforeSum, afterSum, content: after }, 'written', texts),
      );
    }
  },

  async verify(context, state, texts) {
    return verifyFile(context, state.path, state.afterSum, texts);
  },

  async ask(context, state, texts) {
    return askFile(context, state, texts);
  },

  async undo(context, state, texts) {
    const { path, before, beforeSum, afterSum } = state;
    const back = { path, beforeSum: afterSum, afterSum: beforeSum, content: before ?? '' };
    await context.step('undo-write', () => replaceFile(context, back, before === null ? 'removed' : 'restored', texts));
    return verifyFile(context, path, beforeSum, texts);
  },
});

async function prepare(context: ActionContext, parameters: Parameters, texts: Texts): Promise<Prepared<State>> {
  const path = await expandHome(context, parameters.path);
  const { reading, evidenceId } =
    path === null ? { reading: null, evidenceId: null } : await readNodeFile(context, path);
  const shown = path ?? parameters.path;
  const { check, before } = fileCheck(shown, reading, texts, evidenceId);
  const variables = variablesOf(parameters);
  const after = before === undefined ? null : withSnippet(before, variables);
  const checks: PlanCheck[] = [check];
  if (variables.length === 0) checks.push(failed(texts, 'noVariables'));
  if (before !== undefined && after === null) checks.push(failed(texts, 'brokenMarks', { path: shown }));
  const beforeSum = sumOf(reading) ?? 'absent';
  const content = after ?? '';
  const state = { path: shown, before: before ?? null, beforeSum, after: content, afterSum: sha256(content) };
  const isBlocked = checks.some((one) => one.outcome === 'fail' || one.outcome === 'unknown');
  const isAlreadyDone = !isBlocked && state.afterSum === beforeSum;
  const argv = writeArgv(shown, beforeSum, state.afterSum);
  return {
    checks,
    steps:
      isBlocked || isAlreadyDone
        ? []
        : [
            {
              kind: 'file',
              id: 'write',
              title: texts(before === null ? 'stepCreate' : 'stepWrite', { path: shown }),
              path: shown,
              before: state.before,
              after: content,
              diff: unifiedDiff(state.before, content, state.before === null ? '/dev/null' : shown, shown),
              argv,
              commandLine: commandLineOf(argv, 'user'),
              privilege: 'user',
            },
          ],
    verification: texts('verification', { path: shown }),
    undo: texts(state.before === null ? 'undoRemove' : 'undoRestore', { path: shown }),
    isAlreadyDone,
    state,
    identity: { beforeSum },
  };
}
