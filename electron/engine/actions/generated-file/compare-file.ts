import type { NodeFile } from '#shared/contract/generators';
import type { HostDirectory } from '../../hosts/host-directory';
import type { Inventory } from '../../inventory/inventory';
import { exactText, maxFileBytes } from '../environment-snippet/node-file';
import { type FileReading, parseReading, readProgram } from '../environment-snippet/programs';
import { unifiedDiff } from '../environment-snippet/unified-diff';

export interface CompareDeps {
  readonly hosts: Pick<HostDirectory, 'open'>;
  readonly inventory: Pick<Inventory, 'keepEvidence'>;
}

/** `~/` is filled in on the node, in the same round trip. */
const program = `case $1 in '~/'*) set -- "$HOME/\${1#??}" ;; esac
printf '%s\\n' "$1"
${readProgram}`;

/** Reads one file of a node and says how a text differs from it. Throws HostUnavailableError, AbortError. */
export async function compareFile(
  { hosts, inventory }: CompareDeps,
  { hostId, path, text }: { hostId: string; path: string; text: string },
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<NodeFile> {
  const host = await hosts.open(hostId, signal ? { signal } : {});
  // Of a home folder the login's own is meant, not root's.
  const privilege = path.startsWith('~/') ? 'user' : 'root-else-user';
  const result = await host.exec(
    {
      id: 'read-file',
      argv: ['sh', '-c', program, 'gantry', path],
      privilege,
      timeoutMs: 10_000,
      maxOutputBytes: maxFileBytes * 2,
    },
    signal ? { signal } : {},
  );
  const evidenceId = inventory.keepEvidence(hostId, null, result);
  const bytes = Buffer.from(result.stdout);
  const lineEnd = bytes.indexOf(10);
  const isTold = result.state === 'exited' && lineEnd !== -1;
  const common = { path: isTold ? bytes.toString('utf8', 0, lineEnd) : path, readAs: result.privilege, evidenceId };
  const reading = isTold ? parseReading(bytes.subarray(lineEnd + 1)) : null;
  return { ...common, ...compared(reading, text, common.path) };
}

function compared(
  reading: FileReading | null,
  text: string,
  path: string,
): Pick<NodeFile, 'state' | 'before' | 'diff'> {
  const without = (state: NodeFile['state']) => ({ state, before: null, diff: '' });
  if (reading === null) return without('unread');
  if (reading.kind === 'absent') {
    const state = reading.place === 'no-folder' ? ('no-folder' as const) : ('absent' as const);
    return { state, before: null, diff: unifiedDiff(null, text, '/dev/null', path) };
  }
  if (reading.kind !== 'file') return without(reading.kind);
  if (reading.content === null) return without('unread');
  if (reading.content.bytes.byteLength > maxFileBytes) return without('too-big');
  const before = exactText(reading.content.bytes);
  if (before === null) return without('no-text');
  return { state: before === text ? 'same' : 'differs', before, diff: unifiedDiff(before, text, path, path) };
}
