import type { CommandSpec, Privilege } from '#shared/domain/command';
import { sha256 } from '../../audit/canonical-json';
import type { ActionContext, Outcome, PlanCheck, StepResult, Verification } from '../action';
import type { Texts } from '../knowledge';
import { type FileReading, parseReading, readProgram, writeProgram } from './programs';

/** Texts and settings are far below; what is bigger is none. */
export const maxFileBytes = 2 ** 20;

/** Null when the node doesn't tell its home folder. */
export async function expandHome(context: ActionContext, path: string): Promise<string | null> {
  if (!path.startsWith('~/')) return path;
  const ran = await context.run({ id: 'home', argv: ['sh', '-c', 'printf %s "$HOME"'] });
  return ran.state === 'exited' && ran.stdout.startsWith('/') ? ran.stdout.replace(/\/$/, '') + path.slice(1) : null;
}

export async function readNodeFile(
  context: ActionContext,
  path: string,
  privilege: CommandSpec['privilege'] = 'user',
): Promise<{ reading: FileReading | null; evidenceId: string }> {
  const ran = await context.run({
    id: 'read',
    argv: ['sh', '-c', readProgram, 'gantry', path],
    privilege,
    timeoutMs: 10_000,
    maxOutputBytes: maxFileBytes * 2,
  });
  return { reading: ran.state === 'exited' ? parseReading(ran.stdoutBytes) : null, evidenceId: ran.evidenceId };
}

export function failed(texts: Texts, key: string, params: Record<string, string> = {}): PlanCheck {
  return { title: texts('checkFile'), outcome: 'fail', detail: texts(key, params) };
}

/** `before` is undefined when the file may not be touched, null when there is none. */
export function fileCheck(
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
export function exactText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

export function sumOf(reading: FileReading | null): string | null {
  if (!reading) return null;
  return reading.kind === 'absent' ? 'absent' : (reading.content?.sha256 ?? reading.kind);
}

/** `mode`: of a file that is new, as chmod takes it; without one everybody may read it. */
export function writeArgv(path: string, before: string, after: string, mode?: string): [string, ...string[]] {
  return ['sh', '-c', writeProgram, 'gantry', path, before, after, ...(mode === undefined ? [] : [mode])];
}

export interface Replacement {
  readonly path: string;
  readonly beforeSum: string;
  readonly afterSum: string;
  readonly content: string;
  readonly mode?: string | undefined;
  readonly privilege?: Privilege | undefined;
}

/** `done` names the words for a file that is now what it should be. */
export async function replaceFile(
  context: ActionContext,
  { path, beforeSum, afterSum, content, mode, privilege = 'user' }: Replacement,
  done: 'written' | 'removed' | 'restored',
  texts: Texts,
): Promise<StepResult> {
  const ran = await context.run(
    { id: 'write', argv: writeArgv(path, beforeSum, afterSum, mode), privilege, timeoutMs: 15_000 },
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

export async function verifyFile(
  context: ActionContext,
  path: string,
  wantedSum: string,
  texts: Texts,
  privilege: Privilege = 'user',
): Promise<Verification> {
  const sum = sumOf((await readNodeFile(context, path, privilege)).reading);
  if (sum === null) return { outcome: 'unknown' as const, detail: texts('unreadable', { path }) };
  if (sum !== wantedSum) return { outcome: 'fail' as const, detail: texts('verifyOther', { path }) };
  const key = wantedSum === 'absent' ? 'verifiedAbsent' : 'verified';
  return { outcome: 'pass' as const, detail: texts(key, { path, sum: wantedSum }) };
}

/** After a lost connection: whether it is the new file, the old one, or neither. */
export async function askFile(
  context: ActionContext,
  { path, beforeSum, afterSum }: Pick<Replacement, 'path' | 'beforeSum' | 'afterSum'>,
  texts: Texts,
  privilege: Privilege = 'user',
): Promise<Outcome> {
  const sum = sumOf((await readNodeFile(context, path, privilege)).reading);
  if (sum === afterSum) return { state: 'applied', detail: texts('askNew', { path }) };
  if (sum === beforeSum) return { state: 'not-applied', detail: texts('askOld', { path }) };
  return { state: 'unknown', detail: texts(sum === null ? 'unreadable' : 'askOther', { path }) };
}
