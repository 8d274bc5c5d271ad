import { type Command, Option } from 'commander';
import { sampleFormats } from '#shared/contract/telemetry';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import { examples, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { clockTime } from '../format';
import type { Run } from '../run';
import { metricOf, rangeOf, timeOf } from '../telemetry-arguments';

interface RangeOptions {
  from?: number;
  to?: number;
  json?: boolean;
}

interface ExportOptions extends RangeOptions {
  metric?: string[];
  subject?: string[];
  format: (typeof sampleFormats)[number];
}

interface ReadOptions extends RangeOptions {
  points: number;
}

interface KeepOptions {
  rawHours?: number;
  tenSecondsDays?: number;
  minutesDays?: number;
  diskGigabytes?: number;
  json?: boolean;
}

const range = (command: Command): Command =>
  command
    .option('--from <time>', 'ISO 8601, or how long ago: 90s, 15m, 6h, 7d (default: an hour ago)', timeOf)
    .option('--to <time>', 'the same (default: now)', timeOf);

/** What was measured, from the samples that the app keeps. */
export function registerTelemetryHistory(telemetry: Command, run: Run): void {
  telemetry.addHelpText(
    'after',
    examples(
      'gantry telemetry subjects dgx01',
      'gantry telemetry export dgx01 --metric gpu.powerW --from 6h --format csv > power.csv',
      'gantry telemetry keep --raw-hours 48 --disk-gigabytes 20',
    ),
  );

  telemetry
    .command('subjects')
    .description('List what samples are kept of: GPUs, disks, ports, the node itself.')
    .argument('<host>', 'name or id')
    .option('--json', 'print JSON')
    .action(
      run(async (context, host: string, options: { json?: boolean }) => {
        const hostIds = [await hostIdOf(context, host)];
        const subjects = await (await context.client()).telemetry.subjects({ hostIds });
        if (options.json) return context.json(subjects);
        context.table(
          ['SUBJECT', 'METRICS'],
          subjects.map(({ subject, metrics }) => [subject, metrics.join(' ')]),
        );
      }),
    );

  range(
    telemetry
      .command('read')
      .description('Print one series as it is drawn: least, mean and greatest value for each step, counters as rates.')
      .argument('<host>', 'name or id')
      .argument('<subject>', 'see `gantry telemetry subjects`')
      .argument('<metric>', 'see `gantry telemetry metrics`'),
  )
    .option('--points <count>', 'how many at most', wholeNumber(2, 2000), 60)
    .option('--json', 'print JSON')
    .action(
      run(async (context, host: string, subject: string, metric: string, options: ReadOptions) => {
        const series = { hostId: await hostIdOf(context, host), subject, metric: metricOf(context, metric) };
        const { points } = options;
        const [drawn] = await (await context.client()).telemetry.read({
          series: [series],
          ...rangeOf(context, options),
          points,
        });
        if (options.json) return context.json(drawn);
        context.table(['TIME', 'LEAST', 'MEAN', 'GREATEST'], rowsOf(drawn));
      }),
    );

  range(
    telemetry
      .command('events')
      .description('List what happened beside what was measured: gaps, restarts, GPUs that came and went.')
      .argument('<host...>', 'names or ids'),
  )
    .option('--json', 'print JSON')
    .action(
      run(async (context, names: string[], options: RangeOptions) => {
        const hostIds = await Promise.all(names.map((name) => hostIdOf(context, name)));
        const events = await (await context.client()).telemetry.events({ hostIds, ...rangeOf(context, options) });
        if (options.json) return context.json(events);
        context.table(
          ['TIME', 'UNTIL', 'OF', 'EVENT', 'DETAIL'],
          events.map(({ atMs, untilMs, subject, body: { kind, ...detail } }) => [
            clockTime(atMs),
            untilMs === null ? null : clockTime(untilMs),
            subject,
            kind,
            Object.keys(detail).length === 0 ? null : JSON.stringify(detail),
          ]),
        );
      }),
    );

  range(
    telemetry
      .command('export')
      .description('Print every sample of a range exactly as it was measured, one a line.')
      .argument('<host...>', 'names or ids'),
  )
    .option('--metric <metric...>', 'which (default: all)')
    .option('--subject <subject...>', 'of what (default: everything)')
    .addOption(
      new Option('--format <format>', 'csv, or JSON with a line for each sample').choices(sampleFormats).default('csv'),
    )
    .action(
      run(async (context, names: string[], options: ExportOptions) => {
        const pieces = await (await context.client()).telemetry.exportSamples(
          {
            hostIds: await Promise.all(names.map((name) => hostIdOf(context, name))),
            ...(options.metric ? { metrics: options.metric.map((id) => metricOf(context, id)) } : {}),
            ...(options.subject ? { subjects: options.subject } : {}),
            ...rangeOf(context, options),
            format: options.format,
          },
          { signal: context.signal },
        );
        for await (const piece of pieces) await context.printPiece(piece);
      }),
    );

  telemetry
    .command('keep')
    .description('Show, or set, how long samples are kept and in how much room.')
    .option('--raw-hours <count>', 'samples as they came', wholeNumber(3, 8760))
    .option('--ten-seconds-days <count>', 'summed up to 10 s', wholeNumber(1, 3650))
    .option('--minutes-days <count>', 'summed up to 1 min, and events', wholeNumber(1, 3650))
    .option('--disk-gigabytes <count>', 'of the database file', wholeNumber(1, 10_000))
    .option('--json', 'print JSON')
    .action(
      run(async (context, { json, ...change }: KeepOptions) => {
        const { system } = await context.client();
        let { samplesKept } = await system.settings();
        if (Object.keys(change).length > 0) {
          ({ samplesKept } = await system.updateSettings({ samplesKept: { ...samplesKept, ...change } }));
        }
        if (json) return context.json(samplesKept);
        context.table(
          ['RAW HOURS', '10 S DAYS', '1 MIN DAYS', 'DISK GB'],
          [[samplesKept.rawHours, samplesKept.tenSecondsDays, samplesKept.minutesDays, samplesKept.diskGigabytes]],
        );
      }),
    );
}

/** The samples of a host that was removed are found by its id. */
async function hostIdOf(context: CliContext, nameOrId: string): Promise<string> {
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(nameOrId)) return nameOrId;
  return (await context.host(nameOrId)).spec.id;
}

function rowsOf(drawn: DrawnSeries | undefined) {
  const round = (value: number | null | undefined): number | null =>
    value === null || value === undefined ? null : Math.round(value * 1000) / 1000;
  return (drawn?.times ?? []).map((atMs, index) => [
    clockTime(atMs),
    round(drawn?.least[index]),
    round(drawn?.mean[index]),
    round(drawn?.greatest[index]),
  ]);
}
