import { gpuDevice } from '../model/gpu';
import type { NodeModel } from '../model/node-model';
import type { SimProcess } from '../model/process';
import { failed, lines, printed, type Tool } from './tool';

const SIGNALS: Readonly<Record<string, string>> = { 0: '0', 1: 'HUP', 2: 'INT', 3: 'QUIT', 9: 'KILL', 15: 'TERM' };

/** The external `kill`; the shell's own reaches here for pids of the model. */
export const kill: Tool = (model, args, context) => {
  let signal = 'TERM';
  const pids: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '-s' || arg === '--signal') {
      index += 1;
      signal = signalName(args[index] ?? '');
    } else if (arg === '--') continue;
    else if (arg === '-l') return printed('HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM\n');
    else if (/^-/.test(arg) && pids.length === 0 && !/^-\d{5,}$/.test(arg)) signal = signalName(arg.slice(1));
    else pids.push(arg);
  }
  let stderr = '';
  for (const text of pids) {
    const outcome = model.signal(Math.abs(Number(text)), signal, { uid: context.uid });
    if (outcome === 'no-such-process') stderr += `kill: (${text}): No such process\n`;
    if (outcome === 'not-permitted') stderr += `kill: (${text}): Operation not permitted\n`;
  }
  return { stdout: '', stderr, exitCode: stderr === '' && pids.length > 0 ? 0 : 1 };
};

function signalName(text: string): string {
  return SIGNALS[text] ?? text.toUpperCase().replace(/^SIG/, '');
}

/** Which device files a process has open: its GPUs, and those that every CUDA or ROCm process opens. */
function devicesOf({ profile }: NodeModel, process: SimProcess): string[] {
  if (process.gpus.length === 0) return [];
  const shared = profile.amdDriver ? ['/dev/kfd'] : ['/dev/nvidiactl', '/dev/nvidia-uvm'];
  return [...shared, ...new Set(process.gpus.map((hold) => gpuDevice(profile, hold.gpuIndex)))];
}

function holders(model: NodeModel, device: string, uid: number): SimProcess[] {
  model.advance();
  if (/^\/var\/lib\/(dpkg\/lock|rpm\/)/.test(device)) {
    const holder = uid === 0 ? model.processes.get(model.software.lockedBy ?? 0) : undefined;
    return holder ? [holder] : [];
  }
  return [...model.processes.values()].filter(
    // Without root, /proc/PID/fd of other users can't be read.
    (process) =>
      process.state !== 'Z' && devicesOf(model, process).includes(device) && (uid === 0 || process.uid === uid),
  );
}

/** `fuser [-v] DEVICE…`: pids on stdout, everything else on stderr. */
export const fuser: Tool = (model, args, context) => {
  const isVerbose = args.some((arg) => /^-[a-z]*v/.test(arg));
  const devices = args.filter((arg) => !arg.startsWith('-'));
  const found = devices
    .map((device) => ({ device, processes: holders(model, device, context.uid) }))
    .filter(({ processes }) => processes.length > 0);
  if (found.length === 0) return { stdout: '', stderr: '', exitCode: 1 };
  if (!isVerbose) {
    const stdout = found.flatMap(({ processes }) => processes.map((process) => ` ${process.pid}`)).join('');
    return { stdout: `${stdout}\n`, stderr: found.map(({ device }) => `${device}:`).join(''), exitCode: 0 };
  }
  const width = Math.max(...found.map(({ device }) => device.length), 20) + 1;
  const row = (first: string, process: SimProcess): string => {
    const name = process.executable.slice(process.executable.lastIndexOf('/') + 1).slice(0, 15);
    return `${first.padEnd(width)}${process.user.padEnd(9)} ${String(process.pid).padStart(7)} F...m ${name}`;
  };
  const text = lines(
    `${' '.repeat(width)}USER        PID ACCESS COMMAND`,
    ...found.flatMap(({ device, processes }) =>
      processes.map((process, index) => row(index === 0 ? `${device}:` : '', process)),
    ),
  );
  if (context.isMerged) return printed(text);
  // As separate streams the pids are what stdout carries; the table around them goes to stderr.
  const stdout = found
    .flatMap(({ processes }) => processes.map((process) => ` ${String(process.pid).padStart(7)}`))
    .join('');
  return { stdout, stderr: text, exitCode: 0 };
};

export const lsof: Tool = (model, args, context) => {
  const devices = args.filter((arg) => arg.startsWith('/'));
  const rows = devices.flatMap((device) =>
    holders(model, device, context.uid).map((process) => {
      const name = process.executable.slice(process.executable.lastIndexOf('/') + 1).slice(0, 9);
      return `${name.padEnd(9)} ${String(process.pid).padStart(7)} ${process.user.padStart(8)}  mem    CHR  195,${device.replace(/\D/g, '') || '255'}            ${1100 + devices.indexOf(device)} ${device}`;
    }),
  );
  if (rows.length === 0) return failed(1, '');
  return printed(lines('COMMAND       PID     USER   FD   TYPE  DEVICE SIZE/OFF NODE NAME', ...rows));
};

export const pgrep: Tool = (model, args) => {
  model.advance();
  const pattern = args.filter((arg) => !arg.startsWith('-')).at(-1) ?? '';
  const isFull = args.some((arg) => /^-[a-z]*f/.test(arg));
  const found = [...model.processes.values()].filter((process) => {
    const name = process.executable.slice(process.executable.lastIndexOf('/') + 1);
    return (isFull ? [process.executable, ...process.args].join(' ') : name).includes(pattern);
  });
  return found.length === 0 ? failed(1, '') : printed(lines(...found.map((process) => String(process.pid))));
};
