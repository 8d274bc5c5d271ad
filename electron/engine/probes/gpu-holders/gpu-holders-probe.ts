import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { GpuHoldersFacts } from '#shared/domain/facts/gpu';
import { commandProblem, problem } from '../lib/outcome';
import { defineProbe } from '../probe';

type Holder = GpuHoldersFacts['holders'][number];

const devices = [
  '/dev/nvidiactl',
  '/dev/nvidia-uvm',
  ...Array.from({ length: 16 }, (_, index) => `/dev/nvidia${index}`),
];

/** Plain argv and no shell: the sudoers line that allows it allows nothing else. fuser skips devices that are absent. */
const fuser: CommandSpec = { id: 'fuser', argv: ['fuser', '-v', ...devices], privilege: 'root', timeoutMs: 15_000 };
/** The same from /proc where psmisc is not installed: `USER /proc/PID/fd/N DEVICE` a line. */
const descriptors: CommandSpec = {
  id: 'descriptors',
  argv: [
    'find',
    '/proc',
    '-maxdepth',
    '3',
    '-path',
    '/proc/[0-9]*/fd/*',
    '-lname',
    '/dev/nvidia*',
    '-printf',
    '%u %p %l\\n',
  ],
  privilege: 'root',
  timeoutMs: 15_000,
};

export const gpuHoldersProbe = defineProbe({
  id: 'gpu-holders',
  commands: [fuser, descriptors],
  sources: { '': 'fuser' },
  parse(outputs) {
    const users = outputs.fuser?.state === 'exited' ? parseFuser(outputs.fuser.stdout, outputs.fuser.stderr) : null;
    const found = parseDescriptors(outputs.descriptors);
    if (users === null && found === null) {
      const told = commandProblem(outputs.fuser, fuser);
      // What is missing is a means, not the right: say which of the two can be had.
      const other = commandProblem(outputs.descriptors, descriptors);
      if (told?.state === 'missing-tool' && other && other.reason.key !== 'probes.notRun') return other;
      return told ?? problem('unparsable', 'unparsable', { tool: 'fuser' });
    }
    const holders = [...(users ?? [])];
    for (const holder of found ?? []) {
      if (!holders.some((known) => known.pid === holder.pid && known.device === holder.device)) holders.push(holder);
    }
    return { state: 'ok', facts: { holders } };
  },
});

/**
 * Reads `fuser -v`: the table goes to stderr, the process ids in it to stdout, so a terminal shows both mixed:
 *                        USER        PID ACCESS COMMAND
 *   /dev/nvidia0:        root       1234 F...m nvidia-persiste
 *                        alice      4242 F.... python
 * No output at all with exit code 1 means that nobody holds a device. Null: something else was printed.
 */
export function parseFuser(stdout: string, stderr: string): Holder[] | null {
  const header = /\bUSER\s+PID\s+ACCESS\b/;
  const table = header.test(stderr) ? stderr : stdout;
  const text = `${stdout}\n${stderr}`;
  if (!header.test(table)) {
    const rest = text.replace(/^.*(?:No such file or directory|does not exist\.?)\s*$/gm, '').trim();
    return rest === '' ? [] : null;
  }
  // With stderr alone the column of ids is empty: they are in stdout, in the same order.
  const ids = table === stderr ? (stdout.match(/\d+/g) ?? []).map(Number) : [];
  const holders: Holder[] = [];
  let device = '';
  for (const line of table.split('\n')) {
    if (line.length > 1024) continue;
    const named = /^(\/dev\/[\w./-]{1,100}):/.exec(line);
    if (named) device = named[1] ?? '';
    const row = /^(?:\/dev\/[\w./-]{1,100}:)?\s+(\S{1,64})\s+(?:(\d{1,10})\s+)?([.cefFrm]{4,6})\s+(\S.{0,200})$/.exec(
      line,
    );
    if (!row || device === '') continue;
    const pid = row[2] === undefined ? ids[holders.length] : Number(row[2]);
    if (pid === undefined) return null;
    holders.push({ device, pid, user: row[1] ?? null, access: row[3] ?? null, command: (row[4] ?? '').trim() || null });
  }
  return holders;
}

/** Null when find did not do its work: another find (busybox), or one that may not look. Processes may end meanwhile. */
function parseDescriptors(output: CommandOutput | undefined): Holder[] | null {
  if (output?.state !== 'exited') return null;
  const complaints = output.stderr.split('\n').filter((line) => line.trim() !== '');
  if (!complaints.every((line) => /No such (?:file or directory|process)$/.test(line.trim()))) return null;
  const holders = new Map<string, Holder>();
  for (const line of output.stdout.split('\n').filter((one) => one !== '')) {
    const match = /^(\S{1,64}) \/proc\/(\d{1,10})\/fd\/\d{1,10} (\/dev\/nvidia[\w/-]{0,60})$/.exec(line);
    // Something else was printed: it does not say that nobody holds a device.
    if (!match) return null;
    const [, user, pid, device] = match;
    holders.set(`${pid} ${device}`, {
      device: device ?? '',
      pid: Number(pid),
      user: user ?? null,
      access: null,
      command: null,
    });
  }
  return [...holders.values()];
}
