import { z } from 'zod';
import type { Privilege } from '#shared/domain/command';
import type { LocalizedText } from '#shared/domain/text';
import type { ActionContext, StepResult } from '../action';
import { commandLineOf } from '../command-line';
import { environmentSnippet } from '../environment-snippet/environment-snippet';
import { writeArgv } from '../environment-snippet/node-file';
import { unifiedDiff } from '../environment-snippet/unified-diff';
import { type Texts, textsOf } from '../knowledge';
import { type ActivationCommand, activationSchema, command, isGood, said } from './activations/activation';

export const stateSchema = z.object({
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
export type State = z.infer<typeof stateSchema>;

/** How files are read and written is said in the words of the action that does just that. */
export const fileTexts: Texts = (key, params) => textsOf(environmentSnippet.knowledge)(key, params);

export function undoText(state: State, texts: Texts) {
  const { path, before, activation } = state;
  const file = fileTexts(before === null ? 'undoRemove' : 'undoRestore', { path });
  const commands = [...(activation?.undoFirst ?? []), ...(activation?.undoAfter ?? [])];
  if (commands.length === 0) return file;
  return texts('undoActive', { file, commands: commands.map(({ argv }) => commandLineOf(argv, 'root')).join('; ') });
}

/** The folders, from the top. */
export function stepsBefore({ folders, privilege }: State, texts: Texts) {
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

export function stepsOf(state: State, texts: Texts) {
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

const reloadArgv = ['systemctl', 'daemon-reload'] as const;

export function isUnit(path: string): boolean {
  return /^\/etc\/systemd\/system\/.+\.(service|timer|socket|path|mount)$/.test(path);
}

export const reloadUnits = (context: ActionContext, texts: Texts) =>
  carryOut(context, command('reload', reloadArgv), 'root', texts);

export async function carryOut(
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
