import type { ActionContext } from './action';

export interface RootAccess {
  readonly isLoginRoot: boolean;
  readonly canRun: boolean;
  /** sudo neither allowed nor refused anything in time. */
  readonly isSilent: boolean;
  readonly loginName: string;
  readonly evidenceId: string;
}

/** Finds out, without changing anything, whether this login may run these commands as root without a password. */
export async function rootAccess(
  context: ActionContext,
  ...commands: readonly (readonly string[])[]
): Promise<RootAccess> {
  const login = await context.run({ id: 'login', argv: ['id', '-un'] });
  const loginName = login.stdout.trim() || '?';
  const any = await context.run({ id: 'root', argv: ['true'], privilege: 'root' });
  const { evidenceId } = any;
  const isLoginRoot = loginName === 'root';
  if (any.state === 'exited' && any.exitCode === 0)
    return { isLoginRoot, canRun: true, isSilent: false, loginName, evidenceId };
  // A sudoers line may allow these commands and nothing else; sudo itself tells.
  let listed = any;
  for (const argv of commands) {
    listed = await context.run({ id: 'sudo-list', argv: ['sudo', '-n', '-l', ...argv] });
    if (listed.state !== 'exited' || listed.exitCode !== 0) break;
  }
  const canRun = commands.length > 0 && listed.state === 'exited' && listed.exitCode === 0;
  return {
    isLoginRoot,
    canRun,
    isSilent: listed.state === 'timeout' || listed.state === 'hung',
    loginName,
    evidenceId: listed.evidenceId,
  };
}
