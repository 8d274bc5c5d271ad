import type { Command } from 'commander';
import { maxLogLength, newestOfLog } from '#shared/domain/kernel-log/log-records';
import type { LogEntry, LogReport } from '#shared/domain/kernel-log/log-report';
import { clockWords, isDriverVersion } from '#shared/domain/kernel-log/log-words';
import { packingOf } from '#shared/domain/kernel-log/packed-log';
import { commandLine } from '../../engine/hosts/quote';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { decodedText, endOf } from '../ending';
import { CliError, exitCodes } from '../exit-codes';
import { clipped, clockTime } from '../format';
import type { Run } from '../run';
import { severityCell } from '../severity-cell';
import { amount } from '../table';

interface DecodeOptions {
  host?: string;
  driver?: string;
  all?: boolean;
  json?: boolean;
}

export function registerLog(program: Command, run: Run): void {
  const log = program
    .command('log')
    .description('What a kernel log says: Xids and SXids, memory, PCIe, disks, links.')
    .addHelpText(
      'after',
      examples(
        'dmesg | gantry log decode',
        'gantry log decode journal.txt --driver 575.57.08',
        'gantry log decode --host gpu-07 --all',
      ),
    );

  log
    .command('decode')
    .description(
      'Decode a log: of a file, of a node, or from standard input; which line is the cause and which its echo.',
    )
    .argument('[file]', 'what dmesg or journalctl -k printed; without one, or as -, standard input')
    .option('--host <host>', 'read the log of this node, by name or id')
    .option('--driver <version>', 'driver version of the node the log is from, for its NVLink errors')
    .option('--all', 'show what needs no action, too')
    .option('--json', 'print JSON')
    .action(
      run(async (context, file: string | undefined, options: DecodeOptions) => {
        const report = await read(context, file, options);
        const bad = report.entries.filter(({ severity }) => severity !== 'info');
        context.setExitCode(
          !report.isLog ? exitCodes.couldNotJudge : bad.length > 0 ? exitCodes.findings : exitCodes.fine,
        );
        if (options.json) return context.json(report);
        print(context, report, { isAll: options.all === true, hostName: options.host ?? 'HOST' });
      }),
    );
}

async function read(context: CliContext, file: string | undefined, options: DecodeOptions): Promise<LogReport> {
  const { signal } = context;
  if (options.host !== undefined && file !== undefined) {
    throw new CliError(context.say({ key: 'cli.logFileOrHost' }));
  }
  if (options.driver !== undefined && !isDriverVersion(options.driver)) {
    throw new CliError(context.say({ key: 'kernelLog.driverForm' }));
  }
  if (options.host !== undefined) {
    const client = await context.client();
    const { spec } = await context.host(options.host);
    return client.knowledge.decodeLog({ hostId: spec.id }, { signal });
  }
  const isInput = file === undefined || file === '-';
  if (isInput && process.stdin.isTTY) throw new CliError(context.say({ key: 'cli.logMissing' }));
  // One more than is decoded, so that a log that was cut begins with a whole line.
  const end = await endOf(isInput ? null : file, maxLogLength + 1);
  const newest = newestOfLog(decodedText(end.bytes));
  const packing = packingOf(newest.text);
  if (packing) {
    const command = `${packing.command} ${isInput ? 'FILE' : commandLine([file])} | gantry log decode`;
    throw new CliError(context.say({ key: 'kernelLog.packed', params: { program: packing.program, command } }));
  }
  if (end.leftOut + newest.leftOut > 0) {
    context.warn(context.say({ key: 'kernelLog.cutOff', params: { megabytes: maxLogLength / 1024 / 1024 } }));
  }
  const client = await context.client();
  return client.knowledge.decodeLog({ text: newest.text, driverVersion: options.driver }, { signal });
}

/** The table names the diagnosis of each. */
const NAMED_ALONE = 10;

interface Printed {
  isAll: boolean;
  /** To start a diagnosis on. */
  hostName: string;
}

function print(context: CliContext, report: LogReport, { isAll, hostName }: Printed): void {
  const { entries, groups, lineCount, leftOutCount, isLog, isTimed } = report;
  if (entries.length === 0) {
    const key = lineCount === 0 ? 'empty' : isLog ? 'nothing' : 'noLog';
    context.print(context.say({ key: `kernelLog.${key}`, params: { count: lineCount } }));
    return;
  }
  const counts = { entries: entries.length, lines: lineCount, groups: groups.length };
  context.print(context.say({ key: 'kernelLog.summary', params: counts }));
  if (!isTimed) context.print(context.say({ key: 'kernelLog.untimed' }));
  if (leftOutCount > 0) context.print(context.say({ key: 'kernelLog.leftOut', params: { count: leftOutCount } }));
  const shown = isAll ? entries : entries.filter(({ severity }) => severity !== 'info');
  if (shown.length === 0) context.print(context.say({ key: 'kernelLog.onlyInfo' }));
  else {
    context.print('');
    context.table(
      ['SEVERITY', 'WHEN', 'WHAT', 'WHERE', 'LINES', 'ROLE', 'ACTION', 'TREE'],
      shown.map(cells(context, report)),
    );
  }
  for (const group of groups) {
    if (group.rules.length === 0) continue;
    context.print('');
    const root = entries[group.root];
    if (root) context.print(`${title(context, root)} ${place(root)}`.trim());
    const said = group.rules.map(({ says }) => context.text(says));
    if (said.length === 1)
      context.print(`  ${context.say({ key: 'kernelLog.together', params: { says: said[0] ?? '' } })}`);
    else
      context.print(
        [context.say({ key: 'kernelLog.togetherAll' }), ...said.map((one) => `- ${one}`)]
          .map((line) => `  ${line}`)
          .join('\n'),
      );
    const action = context.say({ key: `kernelLog.action.${group.action}` });
    context.print(`  ${context.say({ key: 'kernelLog.groupAction', params: { action } })}`);
    if (group.tree && root) context.print(`  ${diagnoseLine(group.tree, hostName, root.text)}`);
  }
  const alone = groups.flatMap(({ rules, tree, root }) => {
    const entry = entries[root];
    return rules.length > 0 || tree === null || !entry || entry.severity === 'info'
      ? []
      : [diagnoseLine(tree, hostName, entry.text)];
  });
  if (alone.length > 0) context.print('');
  for (const line of alone.slice(0, NAMED_ALONE)) context.print(line);
  for (const entry of shown) {
    if (entry.details.length === 0) continue;
    context.print('');
    context.print(`${title(context, entry)} ${place(entry)}`.trim());
    for (const detail of entry.details) context.print(`  ${context.text(detail)}`);
  }
  const hidden = entries.length - shown.length;
  if (hidden > 0) context.print(`\n${context.say({ key: 'kernelLog.showInfo', params: { count: hidden } })}: --all`);
}

function cells(context: CliContext, report: LogReport) {
  return (entry: LogEntry) => {
    const cause = entry.echoOf === null ? undefined : report.entries[entry.echoOf];
    const role = cause
      ? context.say({ key: 'kernelLog.echoOf', params: { what: codeOf(cause) || context.text(cause.name) } })
      : context.say({ key: `kernelLog.role.${entry.role}` });
    return [
      severityCell(context, entry.severity),
      entry.atMs === null ? context.say(clockWords(entry)) : clockTime(entry.atMs),
      title(context, entry),
      place(entry),
      amount(String(entry.count)),
      role,
      clipped(context.say({ key: `kernelLog.action.${entry.action}` }), 60),
      entry.tree,
    ];
  };
}

const codeOf = ({ id, code }: LogEntry): string => (id === 'xid' ? `Xid ${code}` : id === 'sxid' ? `SXid ${code}` : '');

/** A line that can be pasted: what the node wrote runs nothing. */
const diagnoseLine = (treeId: string, hostName: string, line: string): string =>
  commandLine(['gantry', 'diagnose', 'run', treeId, hostName, '--evidence', line]);

function title(context: CliContext, entry: LogEntry): string {
  return [codeOf(entry), context.text(entry.name)].filter(Boolean).join(' ');
}

function place({ pciBusId, device, link, processName, pid }: LogEntry): string {
  const process = processName === null ? null : pid === null ? processName : `${processName} (${pid})`;
  return [pciBusId ?? device, link === null ? null : `link ${link}`, process].filter(Boolean).join(' ');
}
