import type { CommandSpec } from '#shared/domain/command';
import { installedFolder } from '#shared/domain/playbook/package-set';
import { linesOf } from '../../probes/lib/lines';

/** Where no set was carried, it prints nothing. */
export const carriedSetCommand: CommandSpec & { id: string } = {
  id: 'carried-set',
  argv: ['cat', '--', `${installedFolder}/SHA256SUMS`],
  timeoutMs: 15_000,
  maxOutputBytes: 8 * 1024 * 1024,
};

/** The files of a set that the action `local-packages` took over, below its folder, out of lines of sha256sum(1). */
export function readCarriedSet(stdout: string): ReadonlySet<string> {
  const paths = linesOf(stdout).map((line) => /^[0-9a-f]{64} {2}(\S{1,1000})$/.exec(line)?.[1] ?? '');
  const begin = `${installedFolder}/`;
  return new Set(paths.flatMap((path) => (path.startsWith(begin) ? [path.slice(begin.length)] : [])));
}
