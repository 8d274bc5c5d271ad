import type { Privilege } from '#shared/domain/command';
import type { Generator } from '#shared/domain/generators/generator';
import { generators } from '#shared/domain/generators/index';
import yaml from '../../../../shared/knowledge/actions/generated-file.yaml?raw';
import { sha256 } from '../../audit/canonical-json';
import { type ActionContext, defineAction, type Prepared } from '../action';
import { foldersBack, foldersFor } from '../declared/new-folders';
import {
  askFile,
  expandHome,
  fileCheck,
  readNodeFile,
  replaceFile,
  sumOf,
  verifyFile,
} from '../environment-snippet/node-file';
import { parseActionKnowledge, type Texts } from '../knowledge';
import { type ActivationTarget, check as activationCheck, command } from './activations/activation';
import { activationKind } from './activations/all';
import { checkedInPlace, folderCheck, rootChecks, settingsChecks, toolChecks } from './checks';
import { type Parameters, parametersSchema } from './parameters';
import {
  carryOut,
  fileTexts,
  isUnit,
  reloadUnits,
  type State,
  stateSchema,
  stepsBefore,
  stepsOf,
  undoText,
} from './steps';
import { toolCheckOf } from './tool-checks';

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
    verification: texts(
      verificationOf(activation !== null, file !== undefined && toolCheckOf(generator.id, file) !== null),
      { path },
    ),
    undo: undoText(state, texts),
    isAlreadyDone,
    state,
    identity: { beforeSum: state.beforeSum, folders: state.folders, activation },
  };
}

/** What of a file no tool looks at is not said to be taken by one. */
function verificationOf(isActivated: boolean, isChecked: boolean): string {
  if (isActivated) return 'verificationActive';
  return isChecked ? 'verificationChecked' : 'verification';
}

/** A file that there is no way to make count is only written: that is said, not passed over. */
async function prepareActivation(context: ActionContext, target: ActivationTarget, texts: Texts) {
  const { activation } = target.file;
  if (activation !== undefined) return activationKind(activation).prepare(context, target, texts);
  return { checks: [activationCheck(texts, 'fail', texts('noActivation'))], activation: null };
}
