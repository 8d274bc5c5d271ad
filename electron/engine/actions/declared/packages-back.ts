import type { ActionContext, RanCommand, StepResult } from '../action';
import { besideCommands, partOf } from './beside';
import { stepFailed } from './failed-command';
import type { FilledStep } from './filled-step';
import { brokenCheck } from './package-plan';
import { readSimulation } from './package-simulation';
import { lockCheck, lockSeconds } from './package-steps';
import {
  backCommands,
  backSimulation,
  configFilesQuery,
  filesBack,
  keptFolder,
  type PackageBack,
} from './package-undo';
import { say } from './words';

/**
 * Takes a step with packages back: the packages, then the configuration files that they changed, brought or deleted. Nothing is
 * begun where what was kept is gone, or where something else would go away for it.
 */
export async function putPackagesBack(
  context: ActionContext,
  step: FilledStep,
  back: PackageBack,
): Promise<StepResult> {
  const { manager, kept, purge, remove } = back;
  const run = (id: string, argv: readonly [string, ...string[]]) =>
    context.run(
      { id: `${step.id}-${id}`, argv: [...argv], privilege: 'root', timeoutMs: step.timeoutMs },
      { isAbortable: false },
    );
  const listed = kept === null ? null : await run('kept', ['tar', '-tzf', kept]);
  if (listed && !isDone(listed)) return failed(listed);
  const mended = await mendBroken(context, manager, run);
  if (mended && !isDone(mended)) return failed(mended);
  const named = await configFiles(context, step, back, run);
  if ('failed' in named) return failed(named.failed);
  const allowed = new Set([...purge, ...remove]);
  let last = named.queried;
  for (const [index, argv] of backCommands(back).entries()) {
    const simulated = backSimulation(argv);
    if (simulated) {
      const ran = await run(`simulation-${index + 1}`, simulated);
      if (manager === 'dpkg' && !isDone(ran)) return failed(ran);
      const gone = readSimulation(manager, ran.stdout).changes.filter(({ after }) => after === null);
      const stray = gone.filter(({ name }) => !allowed.has(name)).map(({ name }) => name);
      const detail = say('packagesStray', { names: stray.join(', ') });
      if (stray.length > 0) return { state: 'failed', evidenceId: ran.evidenceId, detail };
    }
    last = await run(`packages-${index + 1}`, argv);
    if (!isDone(last)) return failed(last);
  }
  const files = listed && filesBack(manager, named.text, listed.stdout);
  const rest = files && kept !== null ? fileCommands(files, kept) : [];
  for (const [index, argv] of rest.entries()) {
    const ran = await run(`files-${index + 1}`, argv);
    if (!isDone(ran)) return failed(ran);
  }
  return { state: 'done', evidenceId: last.evidenceId, detail: say('stepDone', { output: textOf(last) }) };
}

type Run = (id: string, argv: readonly [string, ...string[]]) => Promise<RanCommand>;

/** Packages that are gone name their files no more: what they named is written down on the node first, for a way back that is cut off. */
async function configFiles(
  context: ActionContext,
  step: FilledStep,
  back: PackageBack,
  run: Run,
): Promise<{ queried: RanCommand; text: string } | { failed: RanCommand }> {
  const queried = await run('files', configFilesQuery(back));
  if (back.kept === null) return { queried, text: queried.stdout };
  const path = `${back.kept}.files`;
  const before = await run('files-before', ['cat', path]);
  const text = isDone(before) ? `${before.stdout}\n${queried.stdout}` : queried.stdout;
  // Whole or not at all: what it named last time is known nowhere else any more.
  const { argv, last } = besideCommands(path, false);
  let written = await context.run(
    { id: `${step.id}-files-kept`, argv: [...argv] as [string, ...string[]], privilege: 'root', timeoutMs: 30_000 },
    { stdin: new TextEncoder().encode(text), isAbortable: false },
  );
  for (const one of last) if (isDone(written)) written = await run('files-kept', one as [string, ...string[]]);
  return isDone(written) ? { queried, text } : { failed: written };
}

/** How long between two looks whether another one has finished. */
const betweenLooksMs = 5000;

/**
 * What was cut off in the middle, by a power loss say, has to be finished before dpkg does anything else (dpkg(1): --configure -a). One
 * that still works is let finish first. Null: nothing is half done.
 */
async function mendBroken(
  context: ActionContext,
  manager: PackageBack['manager'],
  run: Run,
): Promise<RanCommand | null> {
  for (let left = (lockSeconds * 1000) / betweenLooksMs; ; left -= 1) {
    if ((await brokenCheck(context, manager, false)) === null) return null;
    if (left <= 0 || (await lockCheck(context, manager)).outcome !== 'warn') break;
    await context.wait(betweenLooksMs);
  }
  return run('configure', ['dpkg', '--force-confold', '--configure', '-a']);
}

function fileCommands({ extract, remove }: ReturnType<typeof filesBack>, kept: string): [string, ...string[]][] {
  const extraction = ['-C', '/', '--acls', '--xattrs', '--no-recursion', '-xzpf', kept];
  return [
    ...(extract.length > 0 ? [['tar', ...extraction, ...extract] as [string, ...string[]]] : []),
    ...(remove.length > 0 ? [['rm', '-f', ...remove] as [string, ...string[]]] : []),
    ['rm', '-f', kept, `${kept}.files`, partOf(`${kept}.files`)],
    ['rmdir', '--ignore-fail-on-non-empty', keptFolder],
  ];
}

function isDone({ state, exitCode }: RanCommand): boolean {
  return state === 'exited' && exitCode === 0;
}

function failed(ran: RanCommand): StepResult {
  const { state, evidenceId } = ran;
  const isUnknown = state === 'hung' || state === 'timeout';
  return { state: isUnknown ? 'unknown' : 'failed', evidenceId, detail: stepFailed(ran, textOf(ran)) };
}

function textOf({ stdout, stderr }: RanCommand): string {
  return `${stdout} ${stderr}`.trim();
}
