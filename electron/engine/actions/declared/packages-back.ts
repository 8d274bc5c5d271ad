import type { ActionContext, RanCommand, StepResult } from '../action';
import { explained } from './known-failures';
import { readSimulation } from './package-simulation';
import {
  backCommands,
  backSimulation,
  configFilesQuery,
  filesBack,
  keptFolder,
  type PackageBack,
} from './package-undo';
import type { FilledStep } from './plan-fix';
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
  const named = await run('files', configFilesQuery(back));
  const allowed = new Set([...purge, ...remove]);
  let last = named;
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
  const files = listed && filesBack(manager, named.stdout, listed.stdout);
  const rest = files && kept !== null ? fileCommands(files, kept) : [];
  for (const [index, argv] of rest.entries()) {
    const ran = await run(`files-${index + 1}`, argv);
    if (!isDone(ran)) return failed(ran);
  }
  return { state: 'done', evidenceId: last.evidenceId, detail: say('stepDone', { output: textOf(last) }) };
}

function fileCommands({ extract, remove }: ReturnType<typeof filesBack>, kept: string): [string, ...string[]][] {
  const extraction = ['-C', '/', '--acls', '--xattrs', '--no-recursion', '-xzpf', kept];
  return [
    ...(extract.length > 0 ? [['tar', ...extraction, ...extract] as [string, ...string[]]] : []),
    ...(remove.length > 0 ? [['rm', '-f', ...remove] as [string, ...string[]]] : []),
    ['rm', '-f', kept],
    ['rmdir', '--ignore-fail-on-non-empty', keptFolder],
  ];
}

function isDone({ state, exitCode }: RanCommand): boolean {
  return state === 'exited' && exitCode === 0;
}

function failed(ran: RanCommand): StepResult {
  const { state, exitCode, evidenceId } = ran;
  const output = textOf(ran);
  const isUnknown = state === 'hung' || state === 'timeout';
  const detail = explained(say('stepFailed', { exitCode: exitCode ?? '-', state, output }), output);
  return { state: isUnknown ? 'unknown' : 'failed', evidenceId, detail };
}

function textOf({ stdout, stderr }: RanCommand): string {
  return `${stdout} ${stderr}`.trim();
}
