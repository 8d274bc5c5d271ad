import type { NfsFacts } from '#shared/domain/facts/storage-services';
import { integerOf, linesOf } from '../lib/lines';

type NfsMount = NfsFacts['mounts'][number];
type NfsServer = NonNullable<NfsFacts['server']>;

/**
 * Reads /proc/self/mountstats (fs/nfs/super.c, net/sunrpc/stats.c). Null: not that. Columns of an operation: requests, sent,
 * timeouts, bytes sent, bytes received, then milliseconds in queue, on the wire (rtt) and altogether (exe).
 *   device nas:/export mounted on /data with fstype nfs4 statvers=1.1
 *           READ: 9797 9797 0 1000 2000 71 7953 8200
 */
export function parseMountStats(text: string): NfsMount[] | null {
  if (!/^device \S+ mounted on \//m.test(text.slice(0, 8192))) return null;
  const mounts: NfsMount[] = [];
  let current: NfsMount | null = null;
  for (const line of linesOf(text)) {
    const head = /^device (\S{1,1000}) mounted on (\/.{0,1000}) with fstype (\S{1,60})/.exec(line);
    if (head) {
      current = /^nfs4?$/.test(head[3] ?? '') ? blankMount(head[1] ?? '', unescapeOctal(head[2] ?? '')) : null;
      if (current) mounts.push(current);
    } else if (current) readStat(current, line);
  }
  return mounts;
}

function blankMount(source: string, mountPoint: string): NfsMount {
  return {
    mountPoint,
    source,
    version: null,
    options: [],
    mountedSeconds: null,
    readBytes: null,
    writtenBytes: null,
    requests: null,
    retransmissions: null,
    timeouts: null,
    read: { count: null, rttMs: null, exeMs: null },
    write: { count: null, rttMs: null, exeMs: null },
  };
}

function readStat(mount: NfsMount, line: string): void {
  const match = /^\s+([A-Za-z_0-9]{2,40}):\s+(\S.{0,4000})$/.exec(line);
  if (!match) return;
  const [, name = '', rest = ''] = match;
  const numbers = rest.split(/\s+/).map(integerOf);
  if (name === 'opts') {
    mount.options = rest.split(/,\s*/);
    const version = mount.options.find((option) => option.startsWith('vers='))?.slice(5) ?? null;
    const minor = mount.options.find((option) => option.startsWith('minorversion='))?.slice(13);
    mount.version = version !== null && minor !== undefined && !version.includes('.') ? `${version}.${minor}` : version;
  } else if (name === 'age') mount.mountedSeconds = numbers[0] ?? null;
  // Of eight counts the last four but two: what came from and went to the server.
  else if (name === 'bytes') {
    mount.readBytes = numbers[4] ?? null;
    mount.writtenBytes = numbers[5] ?? null;
  } else if (/^[A-Z_]+$/.test(name) && numbers.length >= 8 && numbers.every((one) => one !== null)) {
    const [requests = 0, sent = 0, timeouts = 0, , , , rtt = 0, exe = 0] = numbers as number[];
    mount.requests = (mount.requests ?? 0) + requests;
    mount.retransmissions = (mount.retransmissions ?? 0) + Math.max(0, sent - requests);
    mount.timeouts = (mount.timeouts ?? 0) + timeouts;
    const mean = {
      count: requests,
      rttMs: requests > 0 ? rtt / requests : null,
      exeMs: requests > 0 ? exe / requests : null,
    };
    if (name === 'READ') mount.read = mean;
    if (name === 'WRITE') mount.write = mean;
  }
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * Reads /proc/net/rpc/nfsd, and after a line `==> exports` the table of /var/lib/nfs/etab. Null: this node serves none.
 *   rc 0 6 18622
 *   io 157286400 0
 *   th 8 0 0.000 …
 *   rpc 18628 0 0 0 0
 */
export function parseNfsServer(text: string): NfsServer | null {
  const [counters = '', exported] = text.split(/^==> exports\n/m);
  const rows = new Map(
    linesOf(counters).map((line) => [line.split(' ', 1)[0] ?? '', line.split(/ +/).slice(1).map(integerOf)]),
  );
  if (!rows.has('rc') || !rows.has('rpc') || !rows.has('th')) return null;
  const value = (name: string, at: number) => rows.get(name)?.[at] ?? null;
  return {
    threads: value('th', 0),
    readBytes: value('io', 0),
    writtenBytes: value('io', 1),
    rpcCalls: value('rpc', 0),
    badCalls: value('rpc', 1),
    staleHandles: value('fh', 0),
    exports: exported === undefined ? null : parseExports(exported),
  };
}

/** `/srv/datasets\t10.20.0.0/16(rw,sync,wdelay,…)`, one line a client. */
function parseExports(text: string): NonNullable<NfsServer['exports']> {
  return linesOf(text).flatMap((line) => {
    const match = /^(\/\S{0,1000})\s+(\S{1,300}?)\(([^()]{0,2000})\)$/.exec(line.trimEnd());
    return match
      ? [{ path: unescapeOctal(match[1] ?? ''), client: match[2] ?? '', options: (match[3] ?? '').split(',') }]
      : [];
  });
}
