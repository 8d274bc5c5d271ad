import type { KernelLine } from '../model/kernel-log';
import type { NodeModel } from '../model/node-model';
import { failed, lines, optionValue, printed, type Tool, type ToolOutput } from './tool';

/** `-24h`, `-90s`, `1 hour ago`, `@epoch`, `today` or a date, as journalctl takes it; null when there is no limit. */
function sinceMs(text: string | undefined, model: NodeModel): number | null {
  if (text === undefined) return null;
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
  const relative = /^-?(\d+) ?(s|m|h|d)\w*(?: ago)?$/.exec(text.trim());
  if (relative) return model.clockMs() - Number(relative[1]) * (units[relative[2] ?? 's'] ?? 1) * 1000;
  if (text.startsWith('@')) return Number(text.slice(1)) * 1000;
  if (text === 'today') return Math.floor(model.clockMs() / 86_400_000) * 86_400_000;
  const date = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(date) ? null : date;
}

function chosenLines(model: NodeModel, args: readonly string[]): KernelLine[] {
  const from = sinceMs(optionValue(args, '--since', '-S'), model);
  const cursor = /;i=([0-9a-f]+);b=([0-9a-f]+)$/.exec(args.find((arg) => arg.startsWith('--after-cursor=')) ?? '');
  // A cursor of the boot before is before all of this one.
  const after = cursor && cursor[2] === model.bootId.replaceAll('-', '') ? Number.parseInt(cursor[1] ?? '0', 16) : -1;
  const pattern = optionValue(args, '-g', '--grep');
  // Lower case alone matches any case, as journalctl does.
  const matcher = pattern === undefined ? null : new RegExp(pattern, pattern === pattern.toLowerCase() ? 'i' : '');
  const found = model.kernelLog.filter(
    (line, index) => index > after && (from === null || line.atMs >= from) && (!matcher || matcher.test(line.message)),
  );
  const count =
    args.find((arg) => /^-[a-zA-Z]*n\d+$/.test(arg))?.replace(/^\D*/, '') ?? optionValue(args, '-n', '--lines');
  return count === undefined ? found : Number(count) > 0 ? found.slice(-Number(count)) : [];
}

function localTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}+0000`;
}

/** journalctl of the kernel; other units have nothing to say here. */
export const journalctl: Tool = (model, args) => {
  const isKernel = args.some((arg) => /^-[a-zA-Z]*k/.test(arg) || arg === '--dmesg' || arg === '_TRANSPORT=kernel');
  const format = optionValue(args, '-o', '--output') ?? 'short';
  if (isKernel && args.some((arg) => /^-[a-zA-Z]*f/.test(arg) || arg === '--follow'))
    return followed(model, args, format);
  const found = isKernel ? chosenLines(model, args) : [];
  if (found.length === 0) {
    // A pattern without a match is exit code 1, on both kinds of output.
    return {
      stdout: format === 'json' ? '' : '-- No entries --\n',
      stderr: '',
      exitCode: optionValue(args, '-g', '--grep') === undefined ? 0 : 1,
    };
  }
  const last = found.at(-1);
  const cursor = args.includes('--show-cursor') && last ? [`-- cursor: ${cursorOf(model, last)}`] : [];
  return printed(lines(...found.map((line) => journalLine(model, line, format)), ...cursor));
};

/** Lines that come later, looked for twice a second. Without `-n` the last ten are first. */
function followed(model: NodeModel, args: readonly string[], format: string): ToolOutput {
  let told = model.kernelLog.length;
  const isWhole = args.includes('--no-tail') || optionValue(args, '-n', '--lines') !== undefined;
  const first = isWhole ? chosenLines(model, args) : chosenLines(model, args).slice(-10);
  const print = (found: readonly KernelLine[]): string =>
    lines(...found.map((line) => journalLine(model, line, format)));
  const next = (): string => {
    const news = model.kernelLog.slice(told);
    told = model.kernelLog.length;
    return print(news);
  };
  return { ...printed(print(first)), goesOn: { everyMs: 500, next } };
}

function cursorOf(model: NodeModel, line: KernelLine): string {
  return `s=${model.machineId};i=${model.kernelLog.indexOf(line).toString(16)};b=${model.bootId.replaceAll('-', '')}`;
}

function journalLine(model: NodeModel, line: KernelLine, format: string): string {
  switch (format) {
    case 'json':
      return JSON.stringify({
        __CURSOR: cursorOf(model, line),
        __REALTIME_TIMESTAMP: String(Math.floor(line.atMs * 1000)),
        __MONOTONIC_TIMESTAMP: String(Math.floor(line.sinceBootSec * 1e6)),
        _BOOT_ID: model.bootId.replaceAll('-', ''),
        _MACHINE_ID: model.machineId,
        _HOSTNAME: model.name,
        _TRANSPORT: 'kernel',
        PRIORITY: String(line.priority),
        SYSLOG_IDENTIFIER: 'kernel',
        MESSAGE: line.message,
      });
    case 'cat':
      return line.message;
    case 'short-monotonic':
      return `[${line.sinceBootSec.toFixed(6).padStart(12)}] ${model.name} kernel: ${line.message}`;
    case 'short-iso':
      return `${localTime(line.atMs)} ${model.name} kernel: ${line.message}`;
    default: {
      const date = new Date(line.atMs).toUTCString();
      return `${date.slice(8, 11)} ${date.slice(5, 7)} ${date.slice(17, 25)} ${model.name} kernel: ${line.message}`;
    }
  }
}

export const dmesg: Tool = (model, args, context) => {
  if (context.uid !== 0) return failed(1, 'dmesg: read kernel buffer failed: Operation not permitted\n');
  if (args.some((arg) => arg === '-J' || arg === '--json')) {
    const entries = model.kernelLog.map((line) => ({
      pri: line.priority,
      time: line.sinceBootSec.toFixed(6),
      msg: line.message,
    }));
    return printed(`${JSON.stringify({ dmesg: entries }, null, 3)}\n`);
  }
  const isHuman = args.some((arg) => /^-[a-zA-Z]*T/.test(arg));
  const isIso = args.includes('--time-format=iso');
  return printed(
    lines(
      ...model.kernelLog.map((line) => {
        if (isIso)
          return `${new Date(line.atMs).toISOString().replace('Z', '000').replace('.', ',')}+00:00 ${line.message}`;
        return isHuman
          ? `[${new Date(line.atMs).toUTCString().slice(0, 25)}] ${line.message}`
          : `[${line.sinceBootSec.toFixed(6).padStart(12)}] ${line.message}`;
      }),
    ),
  );
};
