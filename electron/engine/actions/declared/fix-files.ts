import type { PlannedStep } from '#shared/domain/action';
import type { ActionContext, PlanCheck } from '../action';
import { unifiedDiff } from '../environment-snippet/unified-diff';
import { writtenBeside } from './beside';
import { editFile } from './edit-file';
import type { FilledStep } from './filled-step';
import { say } from './words';

/** Configuration files are far below; what is bigger is none. */
const maxFileBytes = 256 * 1024;

/** What a file of the node holds: its text, nothing because there is none, or what could not be read. */
export type FileBefore = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'absent' | 'unread' };

/** A file that a step writes or keeps, as it is when the plan is made. */
export interface FileOnNode {
  readonly path: string;
  readonly before: FileBefore;
  /** Also where that can not be told. */
  readonly isLink: boolean;
}

export async function isLinkOf(context: ActionContext, path: string): Promise<boolean> {
  const ran = await context.run({ id: 'test-link', argv: ['test', '-L', path], privilege: 'root-else-user' });
  return ran.state !== 'exited' || ran.exitCode !== 1;
}

export async function readFileOf(
  context: ActionContext,
  path: string,
): Promise<{ before: FileBefore; evidenceId: string }> {
  const ran = await context.run({
    id: 'read-file',
    argv: ['cat', path],
    privilege: 'root-else-user',
    maxOutputBytes: maxFileBytes + 1,
  });
  const { evidenceId } = ran;
  if (ran.state === 'exited' && ran.exitCode === 0) {
    const text = ran.stdoutBytes.byteLength > maxFileBytes ? null : exactText(ran.stdoutBytes);
    return { before: text === null ? { kind: 'unread' } : { kind: 'text', text }, evidenceId };
  }
  const tested = await context.run({ id: 'test-file', argv: ['test', '-e', path], privilege: 'root-else-user' });
  const isAbsent = tested.state === 'exited' && tested.exitCode === 1;
  return { before: { kind: isAbsent ? 'absent' : 'unread' }, evidenceId: tested.evidenceId };
}

/** Null for bytes that are no UTF-8 text: they could not be shown, and not be put back exactly. */
function exactText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

export function fileCheck(path: string, before: FileBefore, evidenceId: string): PlanCheck {
  const key = { text: 'fileThere', absent: 'fileAbsent', unread: 'fileUnread' } as const;
  return {
    title: say('checkFile', { path }),
    outcome: before.kind === 'unread' ? 'unknown' : 'pass',
    detail: say(key[before.kind]),
    evidenceId,
  };
}

/** The steps with what each file becomes. One that can't be edited is a check that fails, and the step goes. */
export function editedSteps(
  steps: readonly FilledStep[],
  before: ReadonlyMap<string, { readonly before: FileBefore }>,
  checks: PlanCheck[],
): FilledStep[] {
  // A second step of the same file goes on with what the first one makes of it.
  const texts = new Map<string, string>();
  return steps.flatMap((step) => {
    if (!step.edit || step.path === null) return [step];
    const file = before.get(step.id)?.before;
    const isNew = file?.kind === 'absent' && step.edit.create === true;
    const text = texts.get(step.path) ?? (file?.kind === 'text' ? file.text : isNew ? '' : null);
    const edited = text === null ? null : editFile(text, step.edit);
    if (edited !== null) {
      texts.set(step.path, edited);
      return [{ ...step, stdin: edited }];
    }
    const { path, edit } = step;
    checks.push({
      title: say('checkFile', { path }),
      outcome: 'fail',
      detail: say('notEdited', { key: edit.key ?? edit.value }),
    });
    return [];
  });
}

/** The step as the plan shows it; `commandLine` is how it is written. */
export function plannedFile(
  { id, title, path, stdin, argv, isRoot }: FilledStep,
  before: FileBefore,
  commandLine: string,
): PlannedStep {
  const text = before.kind === 'text' ? before.text : null;
  const name = path ?? '';
  const after = stdin ?? '';
  const diff = unifiedDiff(text, after, text === null ? '/dev/null' : name, name);
  const privilege = isRoot ? ('root' as const) : ('user' as const);
  return { kind: 'file', id, title, path: name, before: text, after, diff, argv, commandLine, privilege };
}

/** Restoring a file: what was there is written again, and what was not there is removed. */
export function restored(step: FilledStep, file: FileOnNode): FilledStep {
  const { path, before } = file;
  if (before.kind === 'text') return writtenBeside({ ...step, stdin: before.text, path }, file);
  return { ...step, argv: ['rm', '-f', path], stdin: null, path };
}
