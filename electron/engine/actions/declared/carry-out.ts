import type { CommandSpec } from '#shared/domain/command';
import { HostUnavailableError } from '../../hosts/host';
import type { ActionContext, ApplyContext, RanCommand, StepResult } from '../action';
import { checkKey } from './download-step';
import { stepFailed } from './failed-command';
import type { FilledStep } from './filled-step';
import { lockSeconds } from './package-steps';
import { putPackagesBack } from './packages-back';
import { say } from './words';

const bootIdPath = '/proc/sys/kernel/random/boot_id';
/** How long between two tries to reach a node that restarts. */
const betweenTriesMs = 3000;

/** Runs the steps in order; one that fails, or whose end is not known, ends the run. */
export async function carryOut(context: ApplyContext, steps: readonly FilledStep[], prefix = ''): Promise<void> {
  for (const step of steps) {
    const id = prefix + step.id;
    await context.step(id, () => {
      if (step.kind === 'boot') return boot(context, step);
      if (step.kind === 'off') return turnOff(context, step);
      if (step.kind === 'package-lists') return readLists(context, step);
      return step.back ? putPackagesBack(context, step, step.back) : runStep(context, step);
    });
  }
}

async function runStep(context: ActionContext, step: FilledStep): Promise<StepResult> {
  const { exitCodes, waitMs } = step;
  const ran = await runCommands(context, step);
  const { evidenceId, state, exitCode } = ran;
  // A file is written by a command that prints it: that is no news.
  const output = step.kind === 'command' ? `${ran.stdout} ${ran.stderr}`.trim() : ran.stderr.trim();
  if (state === 'exited' && exitCode !== null && exitCodes.includes(exitCode)) {
    if (step.kind === 'key') {
      const checked = checkKey(step, ran);
      if (checked.state !== 'done') await cleanUp(context, step);
      return checked;
    }
    if (waitMs > 0) await context.wait(waitMs);
    return { state: 'done', evidenceId, detail: say('stepDone', { output }) };
  }
  const isUnknown = state === 'hung' || state === 'timeout';
  const detail = stepFailed(ran, output);
  await cleanUp(context, step);
  return { state: isUnknown ? 'unknown' : 'failed', evidenceId, detail };
}

/** The commands of a step in turn, up to one that fails. */
async function runCommands(context: ActionContext, step: FilledStep): Promise<RanCommand> {
  const { id, stdin, exitCodes, path, first, last } = step;
  const run = (argv: readonly string[]) =>
    context.run(specOf({ ...step, id: argv === step.argv ? id : `${id}-${argv[0]}`, argv: [...argv] }), {
      ...(stdin === null || argv !== step.argv ? {} : { stdin: new TextEncoder().encode(stdin) }),
      // Ended half-way, nobody would know what it did.
      isAbortable: false,
    });
  const isGood = ({ state, exitCode }: RanCommand) =>
    state === 'exited' && exitCode !== null && exitCodes.includes(exitCode);
  for (const argv of first ?? []) {
    const ran = await run(argv);
    // What it takes over from is gone since: the file is made anew.
    if (!isGood(ran) && !(path !== null && (await isGone(context, path)))) return ran;
  }
  let ran = await run(step.argv);
  for (const argv of last ?? []) {
    if (!isGood(ran)) break;
    ran = await run(argv);
  }
  return ran;
}

async function isGone(context: ActionContext, path: string): Promise<boolean> {
  const ran = await context.run({ id: 'test-file', argv: ['test', '-e', path], privilege: 'root-else-user' });
  return ran.state === 'exited' && ran.exitCode === 1;
}

/** So that nothing half done stays. That it does not end well changes nothing about the step. */
async function cleanUp(context: ActionContext, step: FilledStep): Promise<void> {
  const { cleanup } = step;
  if (!cleanup || cleanup.length === 0) return;
  await context.run(specOf({ ...step, id: `${step.id}-cleanup`, argv: cleanup, timeoutMs: 30_000 }), {
    isAbortable: false,
  });
}

/** How long between two looks whether the lists are free. */
const betweenListsMs = 5000;

/** apt-get waits for the lock of dpkg, and not for that of its lists: another one that reads them is waited for here. */
async function readLists(context: ActionContext, step: FilledStep): Promise<StepResult> {
  for (let left = (lockSeconds * 1000) / betweenListsMs; ; left -= 1) {
    const ran = await context.run(specOf(step), { isAbortable: false });
    const { state, exitCode, stdout, stderr, evidenceId } = ran;
    const output = `${stdout} ${stderr}`.trim();
    if (state === 'exited' && exitCode === 0) return { state: 'done', evidenceId, detail: say('listsRead') };
    if (left > 0 && /Could not get lock \S*lists\/lock/.test(output)) {
      await context.wait(betweenListsMs);
      continue;
    }
    const detail = stepFailed(ran, output);
    // Lists may be half new: reading them again is all there is to do, so it is known what became of it.
    return { state: 'failed', evidenceId, detail };
  }
}

/** Restarts the node and waits until it is another boot. That the connection goes is what it is about. */
async function boot(context: ActionContext, step: FilledStep): Promise<StepResult> {
  const before = await bootId(context);
  if (before === null) return { state: 'failed', evidenceId: null, detail: say('checkUnknown') };
  const evidenceId = await orGone(async () => {
    const ran = await context.run(specOf(step), { isAbortable: false });
    // A node on its way down may end the command with it: only its boot tells.
    return ran.state === 'exited' && ran.exitCode !== 0 && ran.exitCode !== null && ran.exitCode < 128
      ? ran
      : ran.evidenceId;
  });
  if (evidenceId !== null && typeof evidenceId === 'object') {
    const detail = stepFailed(evidenceId, `${evidenceId.stdout} ${evidenceId.stderr}`);
    return { state: 'failed', evidenceId: evidenceId.evidenceId, detail };
  }
  const minutes = Math.round(step.waitMs / 60_000);
  let isThere = false;
  for (let tries = Math.ceil(step.waitMs / betweenTriesMs); tries > 0; tries -= 1) {
    await context.wait(betweenTriesMs);
    const now = await orGone(() => bootId(context));
    isThere = now !== null;
    if (now !== null && now !== before) {
      return { state: 'done', evidenceId, detail: say('cameBack', { bootId: now.slice(0, 8) }) };
    }
  }
  return { state: 'unknown', evidenceId, detail: say(isThere ? 'notDown' : 'wentDown', { minutes }) };
}

/** Turns the node off and waits until it does not answer any more. Whether its power is off only the BMC can tell. */
async function turnOff(context: ActionContext, step: FilledStep): Promise<StepResult> {
  const ran = await orGone(() => context.run(specOf(step), { isAbortable: false }));
  const evidenceId = ran?.evidenceId ?? null;
  if (ran?.state === 'exited' && ran.exitCode !== null && ran.exitCode !== 0 && ran.exitCode < 128) {
    const detail = stepFailed(ran, `${ran.stdout} ${ran.stderr}`);
    return { state: 'failed', evidenceId, detail };
  }
  for (let tries = Math.ceil(step.waitMs / betweenTriesMs); tries > 0; tries -= 1) {
    await context.wait(betweenTriesMs);
    if ((await orGone(() => bootId(context))) === null) return { state: 'done', evidenceId, detail: say('nodeGone') };
  }
  return { state: 'unknown', evidenceId, detail: say('notDown', { minutes: Math.round(step.waitMs / 60_000) }) };
}

async function bootId(context: ActionContext): Promise<string | null> {
  const ran = await context.run({ id: 'boot-id', argv: ['cat', bootIdPath], timeoutMs: 5000 });
  return ran.state === 'exited' && ran.exitCode === 0 && ran.stdout.trim() !== '' ? ran.stdout.trim() : null;
}

/** Null while the node can't be reached. */
export async function orGone<Value>(work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HostUnavailableError) return null;
    throw error;
  }
}

function specOf({ id, argv, isRoot, timeoutMs, lane }: FilledStep): CommandSpec {
  return {
    id,
    argv: argv as [string, ...string[]],
    privilege: isRoot ? 'root' : 'user',
    timeoutMs,
    ...(lane === null ? {} : { lane }),
  };
}
