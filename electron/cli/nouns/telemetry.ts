import type { Command } from 'commander';
import { subjectOf } from '#shared/domain/telemetry/frame';
import type { LiveRow } from '#shared/domain/telemetry/live';
import { type MetricId, metricIds, metricSpec } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { examples, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { clockTime } from '../format';
import type { Run } from '../run';
import { metricOf } from '../telemetry-arguments';
import { registerEndpoints } from './telemetry-endpoints';
import { registerTelemetryHistory } from './telemetry-history';
import { registerProcesses } from './telemetry-processes';
import { registerStatus } from './telemetry-status';

const usual: readonly MetricId[] = [
  'gpu.utilizationPercent',
  'gpu.memoryUsedBytes',
  'gpu.temperatureC',
  'gpu.powerW',
  'gpu.pcieSentBytesPerSecond',
  'gpu.pcieReceivedBytesPerSecond',
];

interface WatchOptions {
  metric?: string[];
  rounds?: number;
  json?: boolean;
}

export function registerTelemetry(program: Command, run: Run): void {
  const telemetry = program
    .command('telemetry')
    .description('What nodes do right now, and what they did.')
    .addHelpText(
      'after',
      examples(
        'gantry telemetry watch dgx01',
        'gantry telemetry watch dgx01 --metric gpu.powerW --rounds 60 --json > power.jsonl',
      ),
    );

  telemetry
    .command('metrics')
    .description('List what is sampled, with its unit and its source.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const listed = metricIds.map((id) => ({ id, ...metricSpec(id), ...metricWords(id, context.say) }));
        if (options.json) return context.json(listed);
        context.table(
          ['METRIC', 'NAME', 'UNIT', 'KIND', 'SOURCES'],
          listed.map(({ id, name, unit, kind, sources }) => [id, name, unit, kind, sources.join(', ') || null]),
        );
      }),
    );

  registerStatus(telemetry, run);
  registerProcesses(telemetry, run);
  registerEndpoints(telemetry, run);

  registerTelemetryHistory(telemetry, run);

  telemetry
    .command('watch')
    .description('Print samples of nodes, once a second, until Ctrl-C. Nothing is kept.')
    .argument('<host...>', 'names or ids')
    .option('--metric <metric...>', 'which; see `gantry telemetry metrics`')
    .option('--rounds <count>', 'end after so many', wholeNumber(1, 1_000_000))
    .option('--json', 'print one line of JSON for each sample')
    .action(
      run(async (context, names: string[], options: WatchOptions) => {
        const metrics = options.metric ? options.metric.map((id) => metricOf(context, id)) : [...usual];
        const hosts = await Promise.all(names.map((name) => context.host(name)));
        const client = await context.client();
        await Promise.all(
          hosts.map(({ spec }) => client.hosts.connect({ hostId: spec.id }, { signal: context.signal })),
        );
        const nameOf = new Map(hosts.map(({ spec }) => [spec.id, spec.name]));
        const live = await client.telemetry.live({ hostIds: [...nameOf.keys()], metrics }, { signal: context.signal });
        let rounds = 0;
        for await (const rows of live) {
          for (const row of rows) {
            if (options.json) context.print(JSON.stringify(asObject(row, metrics, nameOf)));
          }
          if (!options.json) printRound(context, rows, metrics, nameOf);
          rounds += 1;
          if (rounds === options.rounds) break;
        }
      }),
    );
}

function asObject(row: LiveRow, metrics: readonly MetricId[], names: ReadonlyMap<string, string>) {
  return {
    time: new Date(row.atMs).toISOString(),
    host: names.get(row.hostId) ?? row.hostId,
    subject: row.subject,
    ...Object.fromEntries(metrics.map((metric, index) => [metric, row.values[index] ?? null])),
  };
}

function printRound(
  context: CliContext,
  rows: readonly LiveRow[],
  metrics: readonly MetricId[],
  names: ReadonlyMap<string, string>,
): void {
  context.table(
    ['TIME', 'NODE', 'OF', ...metrics.map((metric) => metric.slice(metric.indexOf('.') + 1))],
    rows.map(({ hostId, subject, atMs, values }) => [
      clockTime(atMs),
      names.get(hostId) ?? hostId,
      subjectOf(subject).id || subject,
      ...values.map((value) => (value === null ? null : Math.round(value * 100) / 100)),
    ]),
  );
  context.print('');
}
