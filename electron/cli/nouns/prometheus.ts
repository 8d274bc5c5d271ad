import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ORPCError } from '@orpc/client';
import type { Command } from 'commander';
import type { HostView } from '#shared/contract/hosts';
import { type HostError, hostErrorSchema } from '#shared/domain/host';
import { ruleSchema } from '#shared/domain/rules/rule-schema';
import { type MetricsServing, usualMetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { prometheusServerSchema } from '#shared/domain/telemetry/prometheus-server';
import { dashboards } from '../../engine/telemetry/prometheus/dashboards';
import { scrapeConfig } from '../../engine/telemetry/prometheus/scrape-config';
import { compileRuleFiles, createRuleLibrary } from '../../engine/telemetry/rules/rule-library';
import { examples, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { explain } from '../errors';
import { CliError, exitCodes } from '../exit-codes';
import { makeFolder, readInput, writeOutput } from '../files';
import { problemLine } from '../knowledge-files';
import type { Run } from '../run';
import { registerImport } from './prometheus-import';

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
        'gantry prometheus server --url http://127.0.0.1:9090 --history',
        'gantry prometheus import --from 7d',
        'gantry prometheus rules > gantry-rules.yml',
        'gantry prometheus import-rules theirs.yml > ~/my-rules/theirs.yaml',
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

  registerServer(prometheus, run);
  registerImport(prometheus, run);
  registerRules(prometheus, run);

  prometheus
    .command('dashboards')
    .description('Write dashboards for Grafana into a folder, in the language of the command line.')
    .argument('<folder>', 'is made where there is none')
    .action(
      run(async (context, folder: string) => {
        await makeFolder(folder);
        for (const { fileName, dashboard } of dashboards(context.say)) {
          const file = join(folder, fileName);
          await writeOutput(file, Buffer.from(`${JSON.stringify(dashboard, null, 2)}\n`));
          context.print(file);
        }
      }),
    );
}

interface ServerOptions {
  url?: string;
  writeUrl?: string;
  user?: string;
  secretFile?: string;
  authority?: string;
  label?: string[];
  history?: boolean;
  bufferHours?: number;
  off?: boolean;
}

function registerServer(prometheus: Command, run: Run): void {
  prometheus
    .command('server')
    .description('Say where samples are stored beside this workstation, or store them there while the app runs.')
    .option('--url <url>', 'of a Prometheus-compatible server, such as http://127.0.0.1:9090')
    .option('--write-url <url>', 'where it takes remote write, if not at /api/v1/write of that')
    .option('--user <name>', 'the secret is its password; else it is a bearer token')
    .option('--secret-file <file>', 'holds the token or password; the app keeps one in the keychain instead')
    .option('--authority <file>', 'what signed its certificate, PEM')
    .option('--label <name=value...>', 'put to every series')
    .option('--history', 'keep history there: here only what is younger than the buffer')
    .option('--no-history', 'keep history here as well')
    .option('--buffer-hours <hours>', 'what is kept here when history is there', wholeNumber(3, 168))
    .option('--off', 'store nothing there any more')
    .action(
      run(async (context, options: ServerOptions) => {
        const client = await context.client();
        const { prometheusServer: before } = await client.system.settings();
        const { url, writeUrl, user, secretFile, authority, label, history, bufferHours, off } = options;
        if (Object.keys(options).length > 0) {
          if (off !== true && url === undefined && before.url === null) {
            throw new CliError(context.say({ key: 'prometheus.noServer' }));
          }
          const next = prometheusServerSchema.safeParse({
            ...before,
            isOn: off !== true,
            ...(url === undefined ? {} : { url }),
            ...(writeUrl === undefined ? {} : { writeUrl }),
            ...(user === undefined ? {} : { userName: user }),
            ...(secretFile === undefined ? {} : { secretFile: resolve(secretFile) }),
            ...(authority === undefined ? {} : { authorityFile: resolve(authority) }),
            ...(label === undefined ? {} : { externalLabels: labelsOf(label) }),
            ...(history === undefined ? {} : { isHistory: history }),
            ...(bufferHours === undefined ? {} : { bufferHours }),
          });
          if (!next.success) {
            const wrong = [...new Set(next.error.issues.map(({ path }) => path.join('.')))].join(', ');
            throw new CliError(context.say({ key: 'prometheus.serverMalformed', params: { wrong } }));
          }
          await client.system.updateSettings({ prometheusServer: next.data });
        }
        const { prometheusServer } = await client.system.settings();
        context.json(prometheusServer);
      }),
    );
}

function labelsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function registerRules(prometheus: Command, run: Run): void {
  prometheus
    .command('rules')
    .description(
      'Print the alert rules that are on, or those of FILES, as a rule file for Prometheus; on stderr those that can’t be.',
    )
    .argument('[file...]', 'rules of ours')
    .action(
      run(async (context, files: string[]) => {
        const { rulesFolder, rulesOff } = await (await context.client()).system.settings();
        const { prometheusRuleFile } = await import('../../engine/telemetry/prometheus/rules/rule-file');
        const texts = await Promise.all(
          files.map(async (file) => ({ file, text: await readText(file), isBuiltIn: false })),
        );
        const loaded =
          files.length > 0
            ? compileRuleFiles(texts, null)
            : createRuleLibrary({
                rulesFolder: () => rulesFolder,
                rulesOff: () => rulesOff,
                treeIds: () => null,
              }).load();
        const rules = loaded.rules.filter(({ id }) => files.length > 0 || !rulesOff.includes(id));
        const { text, problems } = prometheusRuleFile(rules.map((rule) => ruleSchema.strip().parse(rule)));
        for (const problem of loaded.problems) context.warn(problemLine(context, problem));
        for (const { id, reason } of problems) context.warn(`${id}: ${reason}`);
        if (problems.length + loaded.problems.length > 0) context.setExitCode(exitCodes.findings);
        await context.printPiece(text);
      }),
    );

  prometheus
    .command('import-rules')
    .description(
      'Print the alert rules of a rule file for Prometheus as ours; on stderr, with file and line, those that can’t be.',
    )
    .argument('<file>')
    .action(
      run(async (context, file: string) => {
        const { importRules } = await import('../../engine/telemetry/prometheus/rules/import-rules');
        const { rules, text, problems, notes } = importRules(file, await readText(file));
        for (const problem of [...problems, ...notes]) context.warn(problemLine(context, problem));
        if (problems.length > 0) context.setExitCode(exitCodes.findings);
        if (rules.length > 0) await context.printPiece(text);
      }),
    );
}

async function readText(file: string): Promise<string> {
  return new TextDecoder().decode(await readInput(file));
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
