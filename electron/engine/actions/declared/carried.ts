import { installedFolder } from '#shared/domain/playbook/package-set';
import type { ActionContext } from '../action';

/** Where a carried set keeps a single file: by what it has to be. */
export function carriedFile({
  sha256,
  fingerprints,
}: {
  sha256: string | null;
  fingerprints: readonly string[];
}): string {
  return `files/${sha256 ?? fingerprints.join('-').toLowerCase()}`;
}

export async function isCarried(context: ActionContext, file: string): Promise<boolean> {
  const argv: [string, ...string[]] = ['test', '-f', `${installedFolder}/${file}`];
  const { state, exitCode } = await context.run({ id: 'carried', argv, privilege: 'user', timeoutMs: 30_000 });
  return state === 'exited' && exitCode === 0;
}
