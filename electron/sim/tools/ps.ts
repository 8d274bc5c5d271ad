import type { NodeModel } from '../model/node-model';
import type { SimProcess } from '../model/process';
import { cpuList } from './nvidia-smi/topology';
import { failed, optionValue, printed, type RealProcess, type Tool, type ToolContext } from './tool';

interface Row {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly uid: number;
  readonly state: string;
  readonly elapsedSec: number;
  readonly startedAtMs: number;
  readonly cpuPercent: number;
  readonly lastCpu: number;
  readonly residentKib: number;
  readonly cgroup: string;
  readonly command: string;
  readonly args: string;
}

interface Column {
  readonly header: string;
  readonly width: number;
  readonly isNumber: boolean;
  readonly value: (row: Row, model: NodeModel) => string;
}

const text = (header: string, width: number, value: Column['value']): Column => ({
  header,
  width,
  isNumber: false,
  value,
});
const number = (header: string, width: number, value: Column['value']): Column => ({
  header,
  width,
  isNumber: true,
  value,
});

const COLUMNS: Readonly<Record<string, Column>> = {
  pid: number('PID', 7, (row) => String(row.pid)),
  ppid: number('PPID', 7, (row) => String(row.ppid)),
  pgid: number('PGID', 7, (row) => String(row.pid)),
  sid: number('SID', 7, (row) => String(row.pid)),
  user: text('USER', 8, (row) => row.user),
  uid: number('UID', 5, (row) => String(row.uid)),
  stat: text('STAT', 4, (row) => row.state),
  state: text('S', 1, (row) => row.state[0] ?? '?'),
  etimes: number('ELAPSED', 7, (row) => String(Math.floor(row.elapsedSec))),
  etime: number('ELAPSED', 11, (row) => elapsedText(row.elapsedSec)),
  lstart: text('STARTED', 24, (row, model) => startText(row.startedAtMs + model.clockOffsetMs())),
  start: text('START', 5, (row, model) =>
    new Date(row.startedAtMs + model.clockOffsetMs()).toISOString().slice(11, 16),
  ),
  time: number('TIME', 8, (row) => processorTime((row.elapsedSec * row.cpuPercent) / 100)),
  psr: number('PSR', 3, (row) => String(row.lastCpu)),
  pcpu: number('%CPU', 4, (row) => row.cpuPercent.toFixed(1)),
  pmem: number('%MEM', 4, (row, model) => ((row.residentKib / 1024 / model.memoryTotalMib) * 100).toFixed(1)),
  rss: number('RSS', 5, (row) => String(row.residentKib)),
  vsz: number('VSZ', 7, (row) => String(row.residentKib * 9)),
  ni: number('NI', 3, () => '0'),
  nlwp: number('NLWP', 4, (row) => (row.residentKib > 1e6 ? '64' : '1')),
  tty: text('TT', 8, () => '?'),
  wchan: text('WCHAN', 6, (row) => (row.state.startsWith('D') ? 'nvidia' : 'do_epo')),
  cgroup: text('CGROUP', 27, (row) => `0::${row.cgroup}`),
  unit: text('UNIT', 31, (row) => row.cgroup.slice(row.cgroup.lastIndexOf('/') + 1)),
  comm: text('COMMAND', 15, (row) => row.command),
  args: text('COMMAND', 27, (row) => row.args),
};

const ALIASES: Readonly<Record<string, string>> = {
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  cmd: 'args',
  command: 'args',
  ucmd: 'comm',
  euser: 'user',
  ruser: 'user',
  uname: 'user',
  euid: 'uid',
  ruid: 'uid',
  s: 'state',
  tt: 'tty',
  sess: 'sid',
  tgid: 'pid',
  nice: 'ni',
  vsize: 'vsz',
  rssize: 'rss',
  stime: 'start',
  cputime: 'time',
};

/** `ps` in the forms that probes use: -e/-A/aux/-ef, -p, -u, -o with headers and widths, --sort, --no-headers. */
export const ps: Tool = (model, args, context) => {
  model.advance();
  const pidList = optionValue(args, '-p', '--pid', '-q');
  const rows = selectRows(model, args, pidList, context);
  const isBsd = args[0] !== undefined && /^-?[a-z]*a[a-z]*u?[a-z]*x/.test(args[0]) && !args[0].startsWith('--');
  const isFull = args.some((arg) => /^-[a-zA-Z]*f[a-zA-Z]*$/.test(arg));
  const formats = args.flatMap((arg, index) => {
    if (arg === '-o' || arg === '--format' || /^-[eA]w*o$/.test(arg)) return [args[index + 1] ?? ''];
    if (arg.startsWith('-o')) return [arg.slice(2)];
    if (arg.startsWith('--format=')) return [arg.slice(9)];
    return [];
  });
  const format =
    formats.length > 0
      ? formats.join(',')
      : isBsd
        ? 'user,pid,pcpu,pmem,vsz,rss,tty,stat,start,time,args'
        : isFull
          ? 'user:8=UID,pid,ppid,ni,start,tty,time,args'
          : 'pid,tty,time,comm';
  const columns = parseFormat(format);
  if (typeof columns === 'string') return failed(1, `error: unknown user-defined format specifier "${columns}"\n`);
  sortRows(rows, optionValue(args, '--sort'), model);
  const hasHeader =
    !args.some((arg) => arg === '--no-headers' || arg === '--no-heading' || arg === 'h') &&
    columns.some((column) => column.header !== '');
  const output = layOut(model, rows, columns, hasHeader);
  return pidList !== undefined && rows.length === 0 ? { ...printed(output), exitCode: 1 } : printed(output);
};

function selectRows(
  model: NodeModel,
  args: readonly string[],
  pidList: string | undefined,
  context: ToolContext,
): Row[] {
  const all = [...model.processes.values()];
  if (pidList !== undefined) {
    return pidList.split(/[ ,]+/).flatMap((text) => {
      const pid = Number(text);
      const process = model.processes.get(pid);
      if (process) return [rowOf(model, process)];
      const real = pid > 1 ? context.describeRealProcess?.(pid) : null;
      return real ? [realRow(model, real, context.user, context.uid)] : [];
    });
  }
  const users = optionValue(args, '-u', '-U', '--user')?.split(',');
  if (users && !args.some((arg) => /^-?[a-z]*x/.test(arg))) {
    return all
      .filter((process) => users.includes(process.user) || users.includes(String(process.uid)))
      .map((process) => rowOf(model, process));
  }
  const isAll = args.some((arg) => /^-[a-zA-Z]*[eA]/.test(arg) || /^-?[a-z]*ax?/.test(arg));
  return all.filter((process) => isAll || process.uid === context.uid).map((process) => rowOf(model, process));
}

function rowOf(model: NodeModel, process: SimProcess): Row {
  const name = process.executable.slice(process.executable.lastIndexOf('/') + 1);
  const isZombie = process.state === 'Z';
  return {
    pid: process.pid,
    ppid: process.ppid,
    user: process.user,
    uid: process.uid,
    state: process.state === 'R' ? 'Rl' : process.state === 'S' ? 'Ssl' : process.state === 'D' ? 'Dl' : 'Z',
    elapsedSec: (model.nowMs() - process.startedAtMs) / 1000,
    startedAtMs: process.startedAtMs,
    cpuPercent: process.cpuPercent,
    lastCpu: lastCpuOf(model, process),
    residentKib: isZombie ? 0 : process.residentMib * 1024,
    cgroup: process.cgroup,
    command: name.slice(0, 15) + (isZombie ? ' <defunct>' : ''),
    args: isZombie ? `[${name.slice(0, 15)}] <defunct>` : [process.executable, ...process.args].join(' '),
  };
}

function realRow(model: NodeModel, real: RealProcess, user: string, uid: number): Row {
  return {
    pid: real.pid,
    ppid: real.ppid,
    user,
    uid,
    state: real.state,
    elapsedSec: 1,
    startedAtMs: model.nowMs() - 1000,
    cpuPercent: 0,
    lastCpu: 0,
    residentKib: 900,
    cgroup: '/user.slice/user-1000.slice/session-1.scope',
    command: real.command.split(' ')[0] ?? '',
    args: real.command,
  };
}

/** `pid=,user:20,args=CMD` as ps reads it: a `=` takes the rest of the list as the last header. */
function parseFormat(format: string): Column[] | string {
  const columns: Column[] = [];
  for (const part of format.split(/[ ,]+/).filter((each) => each !== '')) {
    const [, name = '', width, , header] = /^([^:=]+)(?::(\d+))?(=(.*))?$/.exec(part) ?? [];
    const column = COLUMNS[ALIASES[name.toLowerCase()] ?? name.toLowerCase()];
    if (!column) return name;
    columns.push({ ...column, width: width ? Number(width) : column.width, header: header ?? column.header });
  }
  return columns;
}

function sortRows(rows: Row[], sort: string | undefined, model: NodeModel): void {
  if (sort === undefined) return;
  const isDescending = sort.startsWith('-');
  const name = sort.replace(/^[+-]/, '').split(',')[0] ?? '';
  const column = COLUMNS[ALIASES[name] ?? name];
  if (!column) return;
  const key = (row: Row): string | number =>
    column.isNumber ? Number(column.value(row, model)) : column.value(row, model);
  rows.sort((a, b) => {
    const [first, second] = [key(a), key(b)];
    const order = first < second ? -1 : first > second ? 1 : 0;
    return isDescending ? -order : order;
  });
}

function layOut(model: NodeModel, rows: readonly Row[], columns: readonly Column[], hasHeader: boolean): string {
  const cells = rows.map((row) => columns.map((column) => clip(column, column.value(row, model))));
  if (hasHeader) cells.unshift(columns.map((column) => column.header));
  return cells
    .map((row) => {
      const line = row.map((cell, index) => {
        const column = columns[index];
        if (!column) return cell;
        if (column.isNumber) return cell.padStart(column.width);
        return index === row.length - 1 ? cell : cell.padEnd(column.width);
      });
      return `${line.join(' ')}\n`;
    })
    .join('');
}

/** A user name that does not fit is cut and marked with a plus. */
function clip(column: Column, value: string): string {
  const isUser = column.value === COLUMNS.user?.value;
  return isUser && value.length > column.width ? `${value.slice(0, column.width - 1)}+` : value;
}

function elapsedText(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(total / 86_400);
  const hours = Math.floor(total / 3600) % 24;
  const clock = `${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
  if (days > 0) return `${days}-${two(hours)}:${clock}`;
  return hours > 0 ? `${two(hours)}:${clock}` : clock;
}

/** `[days-]hh:mm:ss`, hours always there. */
function processorTime(seconds: number): string {
  return seconds < 3600 ? `00:${elapsedText(seconds)}` : elapsedText(seconds).padStart(8, '0');
}

/** A job runs beside the GPU it uses. */
function lastCpuOf(model: NodeModel, process: SimProcess): number {
  const node = model.gpus.find(({ index }) => index === process.gpus[0]?.gpuIndex)?.slot.numaNode ?? 0;
  return Number(/^\d+/.exec(cpuList(model, node))?.[0] ?? 0);
}

function startText(atMs: number): string {
  const date = new Date(atMs);
  return `${date.toUTCString().slice(0, 3)} ${date.toUTCString().slice(8, 11)} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)} ${date.getUTCFullYear()}`;
}
