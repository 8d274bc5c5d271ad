import { spawnSync } from 'node:child_process';
import type { ProbeId } from '#shared/domain/facts/index';
import { type SiteSettings, siteScope } from '#shared/domain/site';
import type { Action, ApplyContext, Verification } from '../actions/action';
import { declaredActions } from '../actions/declared/fix-library';
import { isBlocked } from '../actions/runs/plan-book';
import { commandEnvironment } from '../hosts/batch/batch-library';
import { probeById } from '../probes/all';
import type { CopiedRoot } from './copied-root';

const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', ...commandEnvironment };

/** What came of an action in a copied root. `undo` takes back what it did. */
export interface DoneOnRoot {
  readonly verified: Verification['outcome'];
  /** A second plan finds nothing to do. */
  readonly isDoneAgain: boolean;
  undo(): Promise<Verification['outcome'] | undefined>;
}

/** Plans and carries out a declared action there, as root. Throws what its checks say where it is blocked, or a step that failed. */
export async function actOnRoot(
  { folder }: CopiedRoot,
  actionId: string,
  parameters: Record<string, unknown>,
  settings: SiteSettings,
): Promise<DoneOnRoot> {
  const run: ApplyContext['run'] = async ({ argv, privilege }, { stdin } = {}) => {
    const ran = spawnSync('chroot', [folder, ...argv], { env, input: stdin ?? '' });
    const state = ran.status === 127 ? 'missing-tool' : 'exited';
    const [stdout, stderr] = [ran.stdout.toString(), ran.stderr.toString()];
    return { state, exitCode: ran.status, stdout, stderr, stdoutBytes: ran.stdout, evidenceId: privilege ?? 'user' };
  };
  const context: ApplyContext = {
    hostId: 'h',
    hostKind: 'ssh',
    site: siteScope(settings),
    signal: new AbortController().signal,
    nowMs: () => 0,
    run,
    probe: async () => null,
    async facts(ids) {
      const facts: Record<string, unknown> = {};
      for (const id of ids) {
        const probe = probeById(id as ProbeId);
        const outputs: Record<string, unknown> = {};
        for (const command of probe?.commands ?? [])
          outputs[command.id] = { ...(await run(command)), isTruncated: false };
        const parsed = probe?.parse(outputs as Parameters<typeof probe.parse>[0]);
        if (parsed?.state === 'ok') facts[id] = parsed.facts;
      }
      return facts;
    },
    wait: async () => {},
    async step(id, work) {
      const result = await work();
      if (result.state !== 'done') throw new Error(`${id}: ${result.detail?.en}`);
      return result;
    },
  };
  const action = declaredActions.find(({ id }) => id === actionId) as Action;
  const plan = () => action.prepare(context, action.parametersSchema.parse(parameters));
  const first = await plan();
  if (isBlocked(first as never)) throw new Error(first.checks.map(({ detail }) => detail.en).join('\n'));
  await action.apply(context, first.state, first.steps);
  return {
    verified: (await action.verify(context, first.state)).outcome,
    isDoneAgain: (await plan()).isAlreadyDone === true,
    undo: async () => (await action.undo?.(context, first.state))?.outcome,
  };
}
