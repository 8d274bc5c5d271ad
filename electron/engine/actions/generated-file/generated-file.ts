import { z } from 'zod';
import type { Privilege } from '#shared/domain/command';
import type { GeneratedFile, Generator } from '#shared/domain/generators/generator';
import { generators } from '#shared/domain/generators/index';
import yaml from '../../../../shared/knowledge/actions/generated-file.yaml?raw';
import { sha256 } from '../../audit/canonical-json';
import { type ActionContext, defineAction, type PlanCheck, type Prepared, type Verification } from '../action';
import { commandLineOf } from '../command-line';
import { environmentSnippet } from '../environment-snippet/environment-snippet';
import {
  askFile,
  expandHome,
  fileCheck,
  readNodeFile,
  replaceFile,
  sumOf,
  verifyFile,
  writeArgv,
} from '../environment-snippet/node-file';
import { unifiedDiff } from '../environment-snippet/unified-diff';
import { parseActionKnowledge, type Texts, textsOf } from '../knowledge';
import { rootAccess } from '../root-access';
import { type Parameters, parametersSchema } from './parameters';
import { checkArgv, type ToolCheck, toolCheckOf } from './tool-checks';

const stateSchema = z.object({
  generator: z.string(),
  fileName: z.string(),
  path: z.string(),
  privilege: z.enum(['user', 'root']),
  mode: z.string().optional(),
  /** Null: there was no file. */
  before: z.string().nullable(),
  beforeSum: z.string(),
  after: z.string(),
  afterSum: z.string(),
});
type State = z.infer<typeof stateSchema>;

/** How files are read and written is said in the words of the action that does just that. */
const fileTexts: Texts = (key, params) => textsOf(environmentSnippet.knowledge)(key, params);

/** Writes one file of a generator on a node: checked by the generator, and by the tool that reads it where the node has it. */
export const generatedFile = defineAction({
  id: 'generated-file',
  knowledge: () => parseActionKnowledge('shared/knowledge/actions/generated-file.yaml', yaml),
  parametersSchema,
  stateSchema,
  prepare,

  async apply(context, state, steps, texts) {
    const { after: content, ...rest } = state;
    for (const step of steps) {
      await context.step(step.id, () =>
        step.kind === 'file'
          ? replaceFile(context, { ...rest, content }, 'written', fileTexts)
          : reloadUnits(context, texts),
      );
    }
  },

  async verify(context, state, texts) {
    const verified = await verifyFile(context, state.path, state.afterSum, fileTexts, state.privilege);
    return verified.outcome === 'pass' ? await checkedInPlace(context, state, verified, texts) : verified;
  },

  ask: (context, state) => askFile(context, state, fileTexts, state.privilege),

  async undo(context, state, texts) {
    const { path, before, beforeSum, afterSum, privilege } = state;
    const back = { path, beforeSum: afterSum, afterSum: beforeSum, content: before ?? '', privilege };
    const done = before === null ? 'removed' : 'restored';
    await context.step('undo-write', () => replaceFile(context, back, done, fileTexts));
    if (isUnit(path)) await context.step('undo-reload', () => reloadUnits(context, texts));
    return verifyFile(context, path, beforeSum, fileTexts, privilege);
  },
});

async function prepare(context: ActionContext, parameters: Parameters, texts: Texts): Promise<Prepared<State>> {
  const generator = generators.find(({ id }) => id === parameters.generator) as Generator;
  const files = generator.files(parameters.values);
  const file = parameters.file == null ? files[0] : files.find(({ fileName }) => fileName === parameters.file);
  const home = await expandHome(context, '~/');
  const path = parameters.path.startsWith('~/') ? (home ?? '') + parameters.path.slice(2) : parameters.path;
  const privilege: Privilege = home !== null && path.startsWith(home) ? 'user' : 'root';
  const checks = await settingsChecks(context, generator, parameters, texts);
  if (!file) checks.push({ title: texts('checkSettings'), outcome: 'fail', detail: texts('noFile') });
  if (home === null) checks.push({ title: texts('checkSettings'), outcome: 'unknown', detail: texts('noHome') });
  checks.push(...(await rootChecks(context, privilege, texts)));

  const read = await readNodeFile(context, path, privilege === 'root' ? 'root-else-user' : 'user');
  const { check, before } = fileCheck(path, read.reading, fileTexts, read.evidenceId);
  checks.push(check);
  if (file) checks.push(...(await toolChecks(context, generator.id, file, texts)));

  const after = file?.text ?? '';
  const state: State = {
    generator: generator.id,
    fileName: file?.fileName ?? '',
    path,
    privilege,
    ...(file?.mode === undefined ? {} : { mode: file.mode }),
    before: before ?? null,
    beforeSum: sumOf(read.reading) ?? 'absent',
    after,
    afterSum: sha256(after),
  };
  const isBlocked = checks.some(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
  const isAlreadyDone = !isBlocked && state.afterSum === state.beforeSum;
  return {
    checks,
    steps: isBlocked || isAlreadyDone ? [] : stepsOf(state, texts),
    verification: texts('verification', { path }),
    undo: fileTexts(state.before === null ? 'undoRemove' : 'undoRestore', { path }),
    isAlreadyDone,
    state,
    identity: { beforeSum: state.beforeSum },
  };
}

function stepsOf({ path, before, beforeSum, after, afterSum, mode, privilege }: State, texts: Texts) {
  const argv = writeArgv(path, beforeSum, afterSum, mode);
  const write = {
    kind: 'file' as const,
    id: 'write',
    title: fileTexts(before === null ? 'stepCreate' : 'stepWrite', { path }),
    path,
    before,
    after,
    diff: unifiedDiff(before, after, before === null ? '/dev/null' : path, path),
    argv,
    commandLine: commandLineOf(argv, privilege),
    privilege,
  };
  if (!isUnit(path)) return [write];
  const reload = {
    kind: 'command' as const,
    id: 'reload',
    title: texts('stepReload'),
    argv: [...reloadArgv],
    commandLine: commandLineOf(reloadArgv, 'root'),
    privilege: 'root' as const,
    onlyIf: null,
  };
  return [write, reload];
}

/** What the generator says of the settings on this node, by its facts of now. */
async function settingsChecks(
  context: ActionContext,
  generator: Generator,
  { values }: Parameters,
  texts: Texts,
): Promise<PlanCheck[]> {
  const facts = generator.probeIds.length > 0 ? await context.facts(generator.probeIds) : null;
  const problems = generator.problems(values, facts).filter(({ severity }) => severity !== 'info');
  if (problems.length === 0) {
    return [{ title: texts('checkSettings'), outcome: 'pass', detail: texts('settingsFit') }];
  }
  return problems.map(({ severity, path, text }) => ({
    title: texts('checkSettings'),
    outcome: severity === 'error' ? ('fail' as const) : ('warn' as const),
    detail: path.length > 0 ? texts('problemAt', { place: path.join('.'), text }) : texts('problem', { text }),
  }));
}

async function rootChecks(context: ActionContext, privilege: Privilege, texts: Texts): Promise<PlanCheck[]> {
  if (privilege === 'user') return [];
  const { canRun, evidenceId } = await rootAccess(context);
  const detail = canRun ? texts('rootOk') : texts('rootMissing');
  return [{ title: texts('checkRoot'), outcome: canRun ? 'pass' : 'fail', detail, evidenceId }];
}

/** The tool's own judgement of the file, before it is written. */
async function toolChecks(
  context: ActionContext,
  generatorId: string,
  file: GeneratedFile,
  texts: Texts,
): Promise<PlanCheck[]> {
  const check = toolCheckOf(generatorId, file);
  if (check === null) return [];
  const { tool, isStrict } = check;
  const ran = await context.run(
    { id: 'check-file', argv: checkArgv(check), timeoutMs: 30_000 },
    { stdin: new TextEncoder().encode(file.text) },
  );
  const { evidenceId } = ran;
  const title = texts('checkTool', { tool });
  if (ran.state === 'exited' && ran.exitCode === 0) {
    return [{ title, outcome: 'pass', detail: texts('toolTakes'), evidenceId }];
  }
  const isRefused = ran.state === 'exited' && (ran.exitCode ?? 0) < 91;
  if (!isRefused) return [{ title, outcome: 'warn', detail: texts('toolMissing', { tool }), evidenceId }];
  return [
    { title, outcome: isStrict ? 'fail' : 'warn', detail: texts('toolRefuses', { said: said(ran) }), evidenceId },
  ];
}

async function checkedInPlace(
  context: ActionContext,
  { generator, fileName, path, privilege, after: text }: State,
  verified: Verification,
  texts: Texts,
): Promise<Verification> {
  const language = /\.ya?ml$/.test(fileName) ? 'yaml' : /\.sh$/.test(fileName) ? 'shell' : 'text';
  const check: ToolCheck | null = toolCheckOf(generator, { fileName, language, text });
  const argv = check?.live(path);
  if (!check || !argv) return verified;
  const isThere = await context.run({ id: 'tool', argv: check.probe });
  if (isThere.state !== 'exited' || isThere.exitCode !== 0) return verified;
  const wanted = privilege === 'root' ? 'root-else-user' : 'user';
  const ran = await context.run({ id: 'check-in-place', argv, privilege: wanted, timeoutMs: 30_000 });
  if (ran.state === 'exited' && ran.exitCode === 0) return verified;
  const detail = texts('toolRefuses', { said: said(ran) });
  return check.isStrict ? { outcome: ran.state === 'exited' ? 'fail' : 'unknown', detail } : verified;
}

const reloadArgv = ['systemctl', 'daemon-reload'] as const;

function isUnit(path: string): boolean {
  return /^\/etc\/systemd\/system\/.+\.(service|timer|socket|path|mount)$/.test(path);
}

async function reloadUnits(context: ActionContext, texts: Texts) {
  const ran = await context.run({ id: 'reload', argv: reloadArgv, privilege: 'root', timeoutMs: 60_000 });
  const { evidenceId } = ran;
  if (ran.state === 'exited' && ran.exitCode === 0) return { state: 'done' as const, evidenceId, detail: null };
  return { state: 'failed' as const, evidenceId, detail: texts('notReloaded', { said: said(ran) }) };
}

function said({ stdout, stderr, state }: { stdout: string; stderr: string; state: string }): string {
  return stderr.trim() || stdout.trim() || state;
}
