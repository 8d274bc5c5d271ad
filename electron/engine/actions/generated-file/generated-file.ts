import { dirname } from 'node:path/posix';
import { z } from 'zod';
import type { Privilege } from '#shared/domain/command';
import type { GeneratedFile, Generator } from '#shared/domain/generators/generator';
import { generators } from '#shared/domain/generators/index';
import type { LocalizedText } from '#shared/domain/text';
import yaml from '../../../../shared/knowledge/actions/generated-file.yaml?raw';
import { sha256 } from '../../audit/canonical-json';
import {
  type ActionContext,
  defineAction,
  type PlanCheck,
  type Prepared,
  type StepResult,
  type Verification,
} from '../action';
import { commandLineOf } from '../command-line';
import { foldersBack, foldersFor } from '../declared/new-folders';
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
import {
  type ActivationCommand,
  type ActivationTarget,
  check as activationCheck,
  activationSchema,
  command,
  isGood,
  said,
} from './activations/activation';
import { activationKind } from './activations/all';
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
  /** Folders that are made for it, the deepest first. */
  folders: z.array(z.string()).default([]),
  activation: activationSchema.nullable().default(null),
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
      await context.step(step.id, () => {
        if (step.kind === 'file') return replaceFile(context, { ...rest, content }, 'written', fileTexts);
        const own = state.activation?.commands.find(({ id }) => id === step.id);
        if (own !== undefined) return carryOut(context, own, 'root', texts);
        const [made] = stepsBefore(state, texts);
        return made
          ? carryOut(context, command(made.id, made.argv), state.privilege, texts)
          : reloadUnits(context, texts);
      });
    }
  },

  async verify(context, state, texts) {
    const verified = await verifyFile(context, state.path, state.afterSum, fileTexts, state.privilege);
    if (verified.outcome !== 'pass') return verified;
    const inPlace = await checkedInPlace(context, state, verified, texts);
    if (inPlace.outcome !== 'pass' || state.activation === null) return inPlace;
    return activationKind(state.activation.kind).prove(context, state.activation.wanted, texts);
  },

  async ask(context, state, texts) {
    const { activation } = state;
    const asked = await askFile(context, state, fileTexts, state.privilege);
    if (asked.state !== 'applied' || activation === null) return asked;
    const proof = await activationKind(activation.kind).prove(context, activation.wanted, texts);
    return proof.outcome === 'pass' ? asked : { state: 'partly', detail: proof.detail };
  },

  async undo(context, state, texts) {
    const { path, before, beforeSum, afterSum, privilege, folders, activation } = state;
    for (const own of activation?.undoFirst ?? []) {
      await context.step(`undo-first-${own.id}`, () => carryOut(context, own, 'root', texts));
    }
    const back = { path, beforeSum: afterSum, afterSum: beforeSum, content: before ?? '', privilege };
    const done = before === null ? 'removed' : 'restored';
    await context.step('undo-write', () => replaceFile(context, back, done, fileTexts));
    for (const [index, argv] of foldersBack(folders).entries()) {
      await context.step(`undo-folder-${index}`, () => carryOut(context, command('folder', argv), privilege, texts));
    }
    if (activation === null && isUnit(path)) await context.step('undo-reload', () => reloadUnits(context, texts));
    for (const own of activation?.undoAfter ?? []) {
      await context.step(`undo-${own.id}`, () => carryOut(context, own, 'root', texts));
    }
    const verified = await verifyFile(context, path, beforeSum, fileTexts, privilege);
    if (verified.outcome !== 'pass' || activation === null) return verified;
    return activationKind(activation.kind).prove(context, activation.before, texts);
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
  const isActivated = parameters.activate === true;
  checks.push(...(await rootChecks(context, isActivated ? 'root' : privilege, texts)));

  const read = await readNodeFile(context, path, privilege === 'root' ? 'root-else-user' : 'user');
  const folders =
    read.reading?.kind === 'absent' && read.reading.place === 'no-folder' ? await foldersFor(context, path) : null;
  const { check, before } =
    folders === null
      ? fileCheck(path, read.reading, fileTexts, read.evidenceId)
      : { check: await folderCheck(context, folders.missing, privilege, texts), before: null };
  checks.push(check);
  if (file) checks.push(...(await toolChecks(context, generator.id, file, texts)));

  const isThere = before != null;
  const prepared =
    file && isActivated
      ? await prepareActivation(context, { file, path, isThere, port: parameters.port ?? 9090 }, texts)
      : null;
  checks.push(...(prepared?.checks ?? []));
  const activation = prepared?.activation ?? null;

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
    folders: folders?.missing ?? [],
    activation,
  };
  const isBlocked = checks.some(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
  const isSame = state.afterSum === state.beforeSum;
  const isActive =
    isBlocked || !isSame || activation === null
      ? activation === null
      : (await activationKind(activation.kind).prove(context, activation.wanted, texts)).outcome === 'pass';
  const isAlreadyDone = !isBlocked && isSame && isActive;
  return {
    checks,
    steps: isBlocked || isAlreadyDone ? [] : stepsOf(state, texts),
    verification: texts(activation === null ? 'verification' : 'verificationActive', { path }),
    undo: undoText(state, texts),
    isAlreadyDone,
    state,
    identity: { beforeSum: state.beforeSum, folders: state.folders, activation },
  };
}

function undoText(state: State, texts: Texts) {
  const { path, before, activation } = state;
  const file = fileTexts(before === null ? 'undoRemove' : 'undoRestore', { path });
  const commands = [...(activation?.undoFirst ?? []), ...(activation?.undoAfter ?? [])];
  if (commands.length === 0) return file;
  return texts('undoActive', { file, commands: commands.map(({ argv }) => commandLineOf(argv, 'root')).join('; ') });
}

/** A file that there is no way to make count is only written: that is said, not passed over. */
async function prepareActivation(context: ActionContext, target: ActivationTarget, texts: Texts) {
  const { activation } = target.file;
  if (activation !== undefined) return activationKind(activation).prepare(context, target, texts);
  return { checks: [activationCheck(texts, 'fail', texts('noActivation'))], activation: null };
}

/** The deepest folder that is there must take the new ones. */
async function folderCheck(
  context: ActionContext,
  missing: readonly string[],
  privilege: Privilege,
  texts: Texts,
): Promise<PlanCheck> {
  const parent = dirname(missing.at(-1) ?? '/');
  const wanted = privilege === 'root' ? 'root-else-user' : 'user';
  const ran = await context.run({ id: 'parent', argv: ['test', '-d', parent, '-a', '-w', parent], privilege: wanted });
  const canMake = ran.state === 'exited' && ran.exitCode === 0;
  return {
    title: fileTexts('checkFile'),
    outcome: canMake ? 'pass' : 'fail',
    detail: texts(canMake ? 'folderIsMade' : 'folderRefused', { folder: missing[0] ?? '', parent }),
    evidenceId: ran.evidenceId,
  };
}

/** The folders, from the top. */
function stepsBefore({ folders, privilege }: State, texts: Texts) {
  if (folders.length === 0) return [];
  const argv: [string, ...string[]] = ['install', '-d', '-m', '755', ...[...folders].reverse()];
  return [commandStep('folder', texts('stepFolder', { folder: folders[0] ?? '' }), argv, privilege)];
}

function commandStep(id: string, title: LocalizedText, argv: readonly string[], privilege: Privilege) {
  const words = [...argv] as [string, ...string[]];
  return {
    kind: 'command' as const,
    id,
    title,
    argv: words,
    commandLine: commandLineOf(words, privilege),
    privilege,
    onlyIf: null,
  };
}

function stepsOf(state: State, texts: Texts) {
  const { path, before, beforeSum, after, afterSum, mode, privilege, activation } = state;
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
  const commands =
    activation?.commands ?? (isUnit(path) ? [command('reload', reloadArgv, { title: 'stepReload' })] : []);
  return [
    ...stepsBefore(state, texts),
    ...(afterSum === beforeSum ? [] : [write]),
    ...commands.map((one) =>
      commandStep(one.id, texts(one.title, { command: commandLineOf(one.argv, 'root') }), one.argv, 'root'),
    ),
  ];
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

const reloadUnits = (context: ActionContext, texts: Texts) =>
  carryOut(context, command('reload', reloadArgv), 'root', texts);

async function carryOut(
  context: ActionContext,
  { id, argv, timeoutMs, mayFail = false }: ActivationCommand,
  privilege: Privilege,
  texts: Texts,
): Promise<StepResult> {
  const words = [...argv] as [string, ...string[]];
  const ran = await context.run({ id, argv: words, privilege, timeoutMs }, { isAbortable: false });
  const { evidenceId } = ran;
  if (mayFail || isGood(ran)) return { state: 'done', evidenceId, detail: null };
  const state = ran.state === 'hung' || ran.state === 'timeout' ? ('unknown' as const) : ('failed' as const);
  return {
    state,
    evidenceId,
    detail: texts('commandFailed', { command: commandLineOf(words, privilege), said: said(ran) }),
  };
}
