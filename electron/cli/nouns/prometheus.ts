import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ORPCError } from '@orpc/client';
import type { Command } from 'commander';
import type { HostView } from '#shared/contract/hosts';
import { type HostError, hostErrorSchema } from '#shared/domain/host';
import { type MetricsServing, usualMetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { dashboards } from '../../engine/telemetry/prometheus/dashboards';
import { scrapeConfig } from '../../engine/telemetry/prometheus/scrape-config';
import { examples, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { explain } from '../errors';
import { CliError, exitCodes } from '../exit-codes';
import { FileError, writeOutput } from '../files';
import type { Run } from '../run';

const usualListen = `${usualMetricsServing.address}:${usualMetricsServing.port}`;

interface ServeOptions {
  listen: string;
  tokenFile?: string;
  certificate?: string;
  key?: string;
}

interface ScrapeOptions {
  listen: string;
  tls?: boolean;
  tokenFile?: string;
  authority?: string;
  interval: number;
}

export function registerPrometheus(program: Command, run: Run): void {
  const prometheus = program
    .command('prometheus')
    .description('Gantry as a target of Prometheus, and dashboards for Grafana.')
    .addHelpText(
      'after',
      examples(
        'gantry prometheus serve                            # all nodes, on 127.0.0.1',
        'gantry prometheus serve dgx01 --listen 0.0.0.0:9977 --token-file token --certificate cert.pem --key key.pem',
        'gantry prometheus scrape-config > prometheus.yml',
        'gantry prometheus dashboards ./grafana',
      ),
    );

  prometheus
    .command('serve')
    .description('Watch nodes and serve their samples on /metrics until Ctrl-C. Beyond loopback: token and TLS.')
    .argument('[host...]', 'names or ids; all of them otherwise')
    .option('--listen <address:port>', 'where', usualListen)
    .option('--token-file <file>', 'ask for the bearer token that is in it')
    .option('--certificate <file>', 'TLS: the certificate with its chain, PEM')
    .option('--key <file>', 'TLS: its private key, PEM')
    .action(run(async (context, names: string[], options: ServeOptions) => serve(context, names, options)));

  prometheus
    .command('scrape-config')
    .description('Print a configuration of Prometheus that scrapes Gantry.')
    .option('--listen <address:port>', 'where Gantry serves, as the Prometheus server reaches it', usualListen)
    .option('--tls', 'it serves with TLS')
    .option('--token-file <file>', 'the token, as the Prometheus server finds it')
    .option('--authority <file>', 'what signed the certificate, as the Prometheus server finds it')
    .option('--interval <seconds>', 'how often', wholeNumber(1, 3600), 15)
    .action(
      run(async (context, { listen, tls, tokenFile, authority, interval }: ScrapeOptions) => {
        parseListen(context, listen);
        process.stdout.write(
          scrapeConfig({
            target: listen,
            isTls: tls === true || authority !== undefined,
            tokenFile: tokenFile ?? null,
            authorityFile: authority ?? null,
            intervalSeconds: interval,
          }),
        );
      }),
    );

  prometheus
    .command('dashboards')
    .description('Write dashboards for Grafana into a folder, in the language of the command line.')
    .argument('<folder>', 'is made where there is none')
    .action(
      run(async (context, folder: string) => {
        await mkdir(folder, { recursive: true }).catch((error: unknown) => {
          throw new FileError(error, folder, exitCodes.couldNotJudge);
        });
        for (const { fileName, dashboard } of dashboards(context.say)) {
          const file = join(folder, fileName);
          await writeOutput(file, Buffer.from(`${JSON.stringify(dashboard, null, 2)}\n`));
          context.print(file);
        }
      }),
    );
}

function parseListen(context: CliContext, text: string): Pick<MetricsServing, 'address' | 'port'> {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || Number(digits) > 65_535) {
    throw new CliError(context.say({ key: 'prometheus.listenMalformed', params: { text } }));
  }
  return { address, port: Number(digits) };
}

async function serve(context: CliContext, names: readonly string[], options: ServeOptions): Promise<void> {
  const where = parseListen(context, options.listen);
  const client = await context.client();
  const hosts =
    names.length > 0 ? await Promise.all(names.map((name) => context.host(name))) : await client.hosts.list();
  const watched = hosts.filter(({ spec }) => spec.kind !== 'bundle');
  if (watched.length === 0) throw new CliError(context.say({ key: 'prometheus.noHosts' }));
  const served = await client.prometheus.serve(
    {
      ...where,
      hostIds: watched.map(({ spec }) => spec.id),
      tokenFile: options.tokenFile ?? null,
      certificateFile: options.certificate ?? null,
      keyFile: options.key ?? null,
    },
    { signal: context.signal },
  );
  const { value, done } = await served.next();
  if (done || !value) return;
  context.print(context.say({ key: 'prometheus.serving', params: { count: watched.length, url: value.url } }));
  for (const host of watched) void stayConnected(context, host);
  await context.untilStopped();
  await served.return(undefined);
}

/** What passes by itself. After a refused login nobody asks again, so that no account is locked. */
const passing: ReadonlySet<HostError['code']> = new Set(['dns', 'refused', 'unreachable', 'timeout', 'busy']);
const AGAIN_MS = 30_000;

/** Connects a node, again and again while it is not there. Once connected, the engine comes back by itself. */
async function stayConnected(context: CliContext, { spec }: HostView): Promise<void> {
  const client = await context.client();
  for (let isTold = false; ; isTold = true) {
    try {
      await client.hosts.connect({ hostId: spec.id }, { signal: context.signal });
      return;
    } catch (error) {
      if (context.signal.aborted) return;
      const reason = explain(error, context.say).text;
      if (!isTold) context.warn(context.say({ key: 'prometheus.notConnected', params: { host: spec.name, reason } }));
      if (!isPassing(error)) return;
    }
    await pause(AGAIN_MS, undefined, { signal: context.signal }).catch(() => {});
    if (context.signal.aborted) return;
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof ORPCError) || error.code !== 'HOST_UNAVAILABLE') return false;
  const host = hostErrorSchema.safeParse((error.data as { host?: unknown } | undefined)?.host);
  return host.success && passing.has(host.data.code);
}
