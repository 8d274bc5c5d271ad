import { z } from 'zod';
import yaml from '../../../../shared/knowledge/actions/environment-snippet.yaml?raw';
import { sha256 } from '../../audit/canonical-json';
import { type ActionContext, defineAction, type PlanCheck, type Prepared, type StepResult } from '../action';
import { commandLineOf } from '../command-line';
import { parseActionKnowledge, type Texts } from '../knowledge';
import { type Parameters, parametersSchema, variablesOf } from './parameters';
import { type FileReading, parseReading, readProgram, writeProgram } from './programs';
import { withSnippet } from './snippet';
import { unifiedDiff } from './unified-diff';

const maxFileBytes = 2 ** 20;

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
        replace(context, { path, beforeSum, afterSum, content: after }, 'written', texts),
      );
    }
  },

  async verify(context, state, texts) {
    return verify(context, state.path, state.afterSum, texts);
  },

  async ask(context, state, texts) {
    const { path } = state;
    const sum = sumOf((await read(context, path)).reading);
    if (sum === state.afterSum) return { state: 'applied', detail: texts('askNew', { path }) };
    if (sum === state.beforeSum) return { state: 'not-applied', detail: texts('askOld', { path }) };
    return { state: 'unknown', detail: texts(sum === null ? 'unreadable' : 'askOther', { path }) };
  },

  async undo(context, state, texts) {
    const { path, before, beforeSum, afterSum } = state;
    const back = { path, beforeSum: afterSum, afterSum: beforeSum, content: before ?? '' };
    await context.step('undo-write', () => replace(context, back, before === null ? 'removed' : 'restored', texts));
    return verify(context, path, beforeSum, texts);
  },
});

async function prepare(context: ActionContext, parameters: Parameters, texts: Texts): Promise<Prepared<State>> {
  const path = await expandHome(context, parameters.path);
  const { reading, evidenceId } = path === null ? { reading: null, evidenceId: null } : await read(context, path);
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

/** Null when the node doesn't tell its home folder. */
async function expandHome(context: ActionContext, path: string): Promise<string | null> {
  if (!path.startsWith('~/')) return path;
  const ran = await context.run({ id: 'home', argv: ['sh', '-c', 'printf %s "$HOME"'] });
  return ran.state === 'exited' && ran.stdout.startsWith('/') ? ran.stdout.replace(/\/$/, '') + path.slice(1) : null;
}

async function read(
  context: ActionContext,
  path: string,
): Promise<{ reading: FileReading | null; evidenceId: string }> {
  const ran = await context.run({
    id: 'read',
    argv: ['sh', '-c', readProgram, 'gantry', path],
    timeoutMs: 10_000,
    maxOutputBytes: maxFileBytes * 2,
  });
  return { reading: ran.state === 'exited' ? parseReading(ran.stdoutBytes) : null, evidenceId: ran.evidenceId };
}

function failed(texts: Texts, key: string, params: Record<string, string> = {}): PlanCheck {
  return { title: texts('checkFile'), outcome: 'fail', detail: texts(key, params) };
}

/** `before` is undefined when the file may not be touched, null when there is none. */
function fileCheck(
  path: string,
  reading: FileReading | null,
  texts: Texts,
  evidenceId: string | null,
): { check: PlanCheck; before: string | null | undefined } {
  const refuse = (key: string, params: Record<string, string> = {}) => ({
    check: { ...failed(texts, key, { path, ...params }), evidenceId },
    before: undefined,
  });
  if (!reading) {
    const check = { title: texts('checkFile'), outcome: 'unknown' as const, detail: texts('unreadable', { path }) };
    return { check: { ...check, evidenceId }, before: undefined };
  }
  if (reading.kind === 'symlink') return refuse('isSymlink', { target: reading.target });
  if (reading.kind === 'directory') return refuse('isDirectory');
  if (reading.kind === 'special') return refuse('isSpecial');
  if (reading.place === 'no-folder') return refuse('noFolder');
  if (reading.place === 'read-only') return refuse('folderReadOnly');
  if (reading.access === 'unreadable') return refuse('fileUnreadable');
  if (reading.access === 'read-only') return refuse('fileReadOnly');
  const pass = (key: string) => ({
    title: texts('checkFile'),
    outcome: 'pass' as const,
    detail: texts(key, { path }),
    evidenceId,
  });
  if (!reading.content) return { check: pass('isNew'), before: null };
  if (reading.content.bytes.byteLength > maxFileBytes) return refuse('tooBig');
  const before = exactText(reading.content.bytes);
  if (before === null || sha256(before) !== reading.content.sha256) return refuse('notText');
  return { check: pass('isThere'), before };
}

/** Null when the bytes are no UTF-8 text: they could not be shown, and not be put back, exactly. */
function exactText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function sumOf(reading: FileReading | null): string | null {
  if (!reading) return null;
  return reading.kind === 'absent' ? 'absent' : (reading.content?.sha256 ?? reading.kind);
}

function writeArgv(path: string, before: string, after: string): [string, ...string[]] {
  return ['sh', '-c', writeProgram, 'gantry', path, before, after];
}

interface Replacement {
  readonly path: string;
  readonly beforeSum: string;
  readonly afterSum: string;
  readonly content: string;
}

/** `done` names the words for a file that is now what it should be. */
async function replace(
  context: ActionContext,
  { path, beforeSum, afterSum, content }: Replacement,
  done: 'written' | 'removed' | 'restored',
  texts: Texts,
): Promise<StepResult> {
  const ran = await context.run(
    { id: 'write', argv: writeArgv(path, beforeSum, afterSum), timeoutMs: 15_000 },
    { stdin: new TextEncoder().encode(content), isAbortable: false },
  );
  const { evidenceId, stderr } = ran;
  const [word = '', what = ''] = ran.state === 'exited' ? ran.stdout.trim().split(' ') : [];
  if (word === 'written') return { state: 'done', evidenceId, detail: texts(done, { path }) };
  if (word === 'already') return { state: 'done', evidenceId, detail: texts('already', { path }) };
  if (word === 'changed') return { state: 'failed', evidenceId, detail: texts('changed', { path }) };
  if (ran.state === 'hung' || ran.state === 'timeout') {
    return { state: 'unknown', evidenceId, detail: texts('writeUnknown', { path }) };
  }
  return { state: 'failed', evidenceId, detail: texts('notChanged', { path, what: what || ran.state, stderr }) };
}

async function verify(context: ActionContext, path: string, wantedSum: string, texts: Texts) {
  const sum = sumOf((await read(context, path)).reading);
  if (sum === null) return { outcome: 'unknown' as const, detail: texts('unreadable', { path }) };
  if (sum !== wantedSum) return { outcome: 'fail' as const, detail: texts('verifyOther', { path }) };
  const key = wantedSum === 'absent' ? 'verifiedAbsent' : 'verified';
  return { outcome: 'pass' as const, detail: texts(key, { path, sum: wantedSum }) };
}
