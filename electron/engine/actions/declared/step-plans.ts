import type { PackageChanges } from '#shared/domain/action';
import type { ActionContext, PlanCheck } from '../action';
import type { CompiledFix } from './compile-fix';
import { type DownloadPlan, planDownload } from './download-step';
import type { FilledStep } from './filled-step';
import { type FileBefore, type FileOnNode, fileCheck, isLinkOf, readFileOf } from './fix-files';
import { foldersFor } from './new-folders';
import { brokenCheck, planPackages } from './package-plan';
import { lockCheck } from './package-steps';
import { backCommands, keepCommands, type PackageBack } from './package-undo';
import type { FixPlan } from './plan-fix';
import { say } from './words';

/** What each step with packages would do, with the checks that come with it; the way back by the id of the step. */
export async function packagePlans(
  fix: CompiledFix,
  context: ActionContext,
  { isDone, packageManager, steps }: FixPlan,
  checks: PlanCheck[],
): Promise<{ backs: Map<string, PackageBack>; changes: PackageChanges[] }> {
  const backs = new Map<string, PackageBack>();
  const changes: PackageChanges[] = [];
  if (isDone || packageManager === null) return { backs, changes };
  const lock = await lockCheck(context, packageManager);
  const broken = await brokenCheck(context, packageManager, lock.outcome === 'warn');
  checks.push(lock, ...(broken ? [broken] : []));
  for (const { id, packages } of steps) {
    if (!packages) continue;
    const planned = await planPackages(context, fix.definition.id, packages);
    checks.push(...planned.checks.slice(0, fix.definition.undo ? 2 : 1));
    if (planned.back && backCommands(planned.back).length > 0) backs.set(id, planned.back);
    if (planned.changes) changes.push(planned.changes);
  }
  return { backs, changes };
}

export async function planDownloads(
  fix: CompiledFix,
  context: ActionContext,
  steps: readonly FilledStep[],
  checks: PlanCheck[],
): Promise<Map<string, DownloadPlan>> {
  const plans = new Map<string, DownloadPlan>();
  for (const step of steps) {
    if (!step.download) continue;
    const isRestored = fix.definition.undo?.steps.some((one) => one.kind === 'restore' && one.of === step.id) === true;
    plans.set(step.id, await planDownload(context, step, step.download, isRestored, checks));
  }
  return plans;
}

interface NewFolder {
  readonly of: string;
  readonly missing: readonly string[];
}

/** Folders that files are to be in and that are not there yet, by the step that writes there first. */
export async function newFolders(
  context: ActionContext,
  steps: readonly FilledStep[],
  files: ReadonlyMap<string, { before: FileBefore }>,
): Promise<Map<string, NewFolder>> {
  const folders = new Map<string, NewFolder>();
  const seen = new Set<string>();
  for (const { id, kind, path } of steps) {
    if (kind !== 'file' || path === null || files.get(id)?.before.kind !== 'absent') continue;
    const folder = await foldersFor(context, path);
    if (folder.missing.length === 0 || seen.has(folder.of)) continue;
    seen.add(folder.of);
    folders.set(id, folder);
  }
  return folders;
}

export function folderStep(step: FilledStep, { of }: NewFolder): FilledStep {
  const argv = ['install', '-d', '-m', '755', of];
  return {
    ...step,
    kind: 'command',
    id: `${step.id}-folder`,
    title: say('makeFolder'),
    argv,
    stdin: null,
    path: null,
    edit: null,
  };
}

/** dpkg runs what a package wants to have run; a driver is built by that. */
export const backTimeoutMs = 30 * 60_000;

export function keepSteps(step: FilledStep, { kept }: PackageBack): FilledStep[] {
  if (kept === null) return [];
  const { packages: _, ...base } = step;
  const title = say('keepConfiguration');
  return keepCommands(kept).map(({ id, argv }) => ({
    ...base,
    id: `${step.id}-${id}`,
    title,
    argv,
    timeoutMs: 120_000,
  }));
}

export async function readFiles(
  context: ActionContext,
  steps: readonly FilledStep[],
  checks: PlanCheck[],
): Promise<Map<string, FileOnNode>> {
  const files = new Map<string, FileOnNode>();
  for (const { id, path } of steps) {
    if (path === null) continue;
    const { before, evidenceId } = await readFileOf(context, path);
    files.set(id, { path, before, isLink: await isLinkOf(context, path) });
    checks.push(fileCheck(path, before, evidenceId));
  }
  return files;
}
