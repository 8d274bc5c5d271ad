import type { CommandSpec } from '#shared/domain/command';
import type { ActionContext } from './action';

export interface RootAccess {
  readonly isLoginRoot: boolean;
  readonly canRun: boolean;
  /** sudo neither allowed nor refused anything in time. */
  readonly isSilent: boolean;
  readonly loginName: string;
  readonly evidenceId: string;
}

/** Finds out, without changing anything, whether this login may run these commands as root, with sudo's password where it was given. */
export function rootAccess(context: ActionContext, ...commands: readonly (readonly string[])[]): Promise<RootAccess> {
  return accessBy(context, commands, () => ({ argv: ['true'], privilege: 'root' }));
}

/** The same without the password, which is gone when the engine ends: for what has to be put back then. */
export function lastingRootAccess(
  context: ActionContext,
  ...commands: readonly (readonly string[])[]
): Promise<RootAccess> {
  return accessBy(context, commands, (loginName) =>
    loginName === 'root' ? { argv: ['true'] } : { argv: ['sudo', '-k', '-n', 'true'] },
  );
}

async function accessBy(
  context: ActionContext,
  commands: readonly (readonly string[])[],
  trial: (loginName: string) => Pick<CommandSpec, 'argv' | 'privilege'>,
): Promise<RootAccess> {
  const login = await context.run({ id: 'login', argv: ['id', '-un'] });
  const loginName = login.stdout.trim() || '?';
  const any = await context.run({ id: 'root', ...trial(loginName) });
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
