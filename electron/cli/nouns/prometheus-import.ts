import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { HistoryImported } from '#shared/contract/prometheus';
import { prometheusServerSchema } from '#shared/domain/telemetry/prometheus-server';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import type { Run } from '../run';
import { metricOf, rangeOf, timeOf } from '../telemetry-arguments';

interface ImportOptions {
  from: number;
  to?: number;
  url?: string;
  user?: string;
  secretFile?: string;
  authority?: string;
  metric?: string[];
  host?: string[];
  dryRun?: boolean;
  json?: boolean;
}

const OTHERS_SHOWN = 10;

/** History of a server for the store of this workstation. */
export function registerImport(prometheus: Command, run: Run): void {
  prometheus
    .command('import')
    .description(
      'Take over history of a server where nothing is known here: series of dcgm-exporter, node_exporter and Gantry.',
    )
    .requiredOption('--from <time>', 'ISO 8601, or how long ago: 90s, 15m, 6h, 7d', timeOf)
    .option('--to <time>', 'the same (default: now)', timeOf)
    .option('--url <url>', 'of a Prometheus-compatible server (default: that of `gantry prometheus server`)')
    .option('--user <name>', 'with --url: the secret is its password; else it is a bearer token')
    .option('--secret-file <file>', 'with --url: holds the token or password')
    .option('--authority <file>', 'with --url: what signed its certificate, PEM')
    .option('--metric <metric...>', 'which (default: all)')
    .option('--host <host...>', 'names or ids (default: all nodes)')
    .option('--dry-run', 'only count what would be taken over')
    .option('--json', 'print JSON, an object for each step')
    .action(
      run(async (context, options: ImportOptions) => {
        const { url, user, secretFile, authority, metric, host } = options;
        const server = {
          url: url ?? null,
          userName: user ?? null,
          secretFile: secretFile === undefined ? null : resolve(secretFile),
          authorityFile: authority === undefined ? null : resolve(authority),
        };
        if (!prometheusServerSchema.shape.url.safeParse(server.url).success) {
          throw new CliError(context.say({ key: 'prometheus.serverMalformed', params: { wrong: 'url' } }));
        }
        const hosts = host && (await Promise.all(host.map((name) => context.host(name))));
        const steps = await (await context.client()).prometheus.importHistory(
          {
            server: url === undefined ? null : server,
            ...rangeOf(context, options),
            ...(options.dryRun ? { isDry: true } : {}),
            ...(metric ? { metrics: metric.map((id) => metricOf(context, id)) } : {}),
            ...(hosts ? { hostIds: hosts.map(({ spec }) => spec.id) } : {}),
          },
          { signal: context.signal },
        );
        let last: HistoryImported | null = null;
        for await (const step of steps) {
          last = step;
          if (options.json) context.json(step);
          else if (step.step === 'found') tellFound(context, step);
          else context.progress(`${Math.floor(step.share * 100)} %  ${step.taken}`);
          if (step.step === 'found' && step.unmapped.length > 0) context.setExitCode(exitCodes.findings);
        }
        if (options.json || last?.step !== 'imported') return;
        const { taken, passedOver, unknown } = last;
        const key = options.dryRun ? 'prometheus.importCounted' : 'prometheus.imported';
        context.print(context.say({ key, params: { taken, passedOver, unknown } }));
      }),
    );
}

function tellFound(context: CliContext, found: Extract<HistoryImported, { step: 'found' }>): void {
  const { series, hostIds, unmapped, otherNames } = found;
  context.print(context.say({ key: 'prometheus.importFound', params: { series, nodes: hostIds.length } }));
  if (unmapped.length > 0) {
    context.warn(context.say({ key: 'prometheus.importUnmapped' }));
    context.table(
      ['REASON', 'JOB', 'INSTANCE', 'SERIES', 'METRICS'],
      unmapped.map(({ reason, job, instance, series: count, metrics }) => [
        reason,
        job,
        instance,
        count,
        metrics.join(' '),
      ]),
    );
  }
  if (otherNames.length > 0) {
    const names = [...otherNames.slice(0, OTHERS_SHOWN), ...(otherNames.length > OTHERS_SHOWN ? ['…'] : [])].join(' ');
    context.warn(context.say({ key: 'prometheus.importOthers', params: { count: otherNames.length, names } }));
  }
}
