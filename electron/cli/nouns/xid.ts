import type { InferContractRouterOutputs } from '@orpc/contract';
import type { Command } from 'commander';
import type { contract } from '#shared/contract/index';
import { matchesCode } from '#shared/domain/kernel-log/search-codes';
import { examples, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { CliError } from '../exit-codes';
import type { Run } from '../run';
import { severityCell } from '../severity-cell';
import { amount } from '../table';

type Catalogue = InferContractRouterOutputs<typeof contract>['knowledge']['xids'];
type Kind = 'xid' | 'sxid';

/** `gantry xid 79`, `gantry sxid 20034`, and the lists of both. */
export function registerXid(program: Command, run: Run): void {
  register(program, run, 'xid', 'What an Xid of NVIDIA’s driver means and what to do about it.', '79', 'row remap');
  register(program, run, 'sxid', 'What an SXid of an NVSwitch means and what to do about it.', '20034', 'LTSSM');
}

function register(program: Command, run: Run, kind: Kind, description: string, code: string, word: string): void {
  const noun = program
    .command(kind)
    .description(description)
    .addHelpText('after', examples(`gantry ${kind} ${code}`, `gantry ${kind} list --search "${word}"`));

  noun
    .command('show', { isDefault: true })
    .description('Say what is known about a code.')
    .argument('<code>', 'its number', wholeNumber(1, 999_999))
    .option('--json', 'print JSON')
    .action(
      run(async (context, wanted: number, options: { json?: boolean }) => {
        const catalogue = await (await context.client()).knowledge.xids();
        const entry = catalogue[`${kind}s`].find((one) => one.code === wanted);
        if (!entry)
          throw new CliError(context.say({ key: 'cli.codeUnknown', params: { what: kind, code: String(wanted) } }));
        if (options.json) return context.json(entry);
        context.print(described(context, catalogue, entry).join('\n'));
      }),
    );

  noun
    .command('list')
    .description('List the catalogue.')
    .option('--search <words>', 'those that have all of these words, or the number')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { search?: string; json?: boolean }) => {
        const catalogue = await (await context.client()).knowledge.xids();
        const found = catalogue[`${kind}s`].filter((entry) => matchesCode(entry, options.search ?? ''));
        if (options.json) return context.json(found);
        context.table(
          ['CODE', 'SEVERITY', 'NAME', 'ACTION'],
          found.map((entry) => [
            amount(String(entry.code)),
            severityCell(context, entry.severity),
            'name' in entry ? context.text(entry.name) : `${entry.mnemonic}: ${context.text(entry.meaning)}`,
            context.say({ key: `kernelLog.action.${entry.action}` }),
          ]),
        );
      }),
    );
}

function described(
  context: CliContext,
  catalogue: Catalogue,
  entry: Catalogue['xids'][number] | Catalogue['sxids'][number],
): string[] {
  const { code, mnemonic, severity, action, scope } = entry;
  const isXid = 'name' in entry;
  return [
    isXid ? `Xid ${code}: ${context.text(entry.name)} (${mnemonic})` : `SXid ${code}: ${mnemonic}`,
    '',
    context.text(entry.meaning),
    '',
    ...row(context, 'column.severity', context.say({ key: `shell.severity.${severity}` })),
    ...row(context, 'column.action', context.say({ key: `kernelLog.action.${action}` })),
    ...row(context, 'column.scope', context.say({ key: `kernelLog.scope.${scope}` })),
    ...row(context, 'column.tree', entry.tree ?? ''),
    ...(isXid ? ofXid(context, entry) : ofSxid(context, entry)),
    '',
    `${context.say({ key: 'kernelLog.sources' })}:`,
    ...entry.sources.map((id) => `  ${catalogue.sources[id] ?? id}`),
  ];
}

function ofXid(context: CliContext, xid: Catalogue['xids'][number]): string[] {
  return [
    ...row(context, 'status', context.say({ key: `kernelLog.statusOf.${xid.status}` })),
    ...row(context, 'nvidia', context.say({ key: 'kernelLog.nvidiaBuckets', params: xid.nvidia })),
    ...row(context, 'appliesTo', xid.appliesTo.join(', ')),
    ...row(context, 'counters', xid.counters.join(', ')),
    ...row(context, 'xid154Since', xid.xid154Since ?? ''),
    '',
    `${context.say({ key: 'kernelLog.causes' })}:`,
    ...xid.causes.map((cause) => `  - ${context.text(cause)}`),
    ...(xid.note ? ['', `${context.say({ key: 'kernelLog.note' })}: ${context.text(xid.note)}`] : []),
  ];
}

function ofSxid(context: CliContext, sxid: Catalogue['sxids'][number]): string[] {
  return [
    ...row(context, 'block', context.text(sxid.block)),
    ...row(context, 'fatality', context.say({ key: `kernelLog.fatal.${sxid.fatal}` })),
    ...row(context, 'fabricManagerName', sxid.fabricManagerName ?? ''),
  ];
}

function row(context: CliContext, title: string, text: string): string[] {
  return text === '' ? [] : [`${context.say({ key: `kernelLog.${title}` })}: ${text}`];
}
