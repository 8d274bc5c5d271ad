import { type Command, InvalidArgumentError } from 'commander';
import { durationMs } from '#shared/domain/rules/duration';
import { subjectOf } from '#shared/domain/telemetry/frame';
import { subjectKinds } from '#shared/domain/telemetry/metric';
import { examples, reason, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { clockTime } from '../format';
import type { Run } from '../run';
import { state } from '../table';

interface SilenceOptions {
  rule?: string;
  host?: string;
  subject?: string;
  all?: boolean;
  for: number;
  reason: string;
  json?: boolean;
}

const anId = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** The rules are judged by the app, which samples; here is what they say. */
export function registerAlert(program: Command, run: Run): void {
  const alert = program
    .command('alert')
    .description('What the rules say of the nodes that the app watches.')
    .addHelpText(
      'after',
      examples(
        'gantry alert list',
        'gantry alert acknowledge 12 --reason "fan ordered"',
        'gantry alert silence --host dgx01 --rule gpu-hot --for 2h --reason "cooling is serviced"',
      ),
    );

  alert
    .command('list')
    .description('List alerts that are open, the worst first. Ends with 1 when one fires that is not silenced.')
    .option('--all', 'those that are over, too')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { all?: boolean; json?: boolean }) => {
        const client = await context.client();
        const found = await client.alerts.list({ isResolvedToo: options.all === true });
        if (found.some((item) => item.state === 'firing' && !item.silence)) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(found);
        const names = await client.hosts.names();
        context.table(
          ['ALERT', 'STATE', 'SEVERITY', 'NODE', 'OF', 'RULE', 'MESSAGE', 'SINCE', 'HANDLED'],
          found.map((item) => [
            item.id,
            item.state,
            state(item.severity),
            names[item.hostId] ?? item.hostId,
            subjectOf(item.subject).id || item.subject,
            item.ruleId,
            context.text(item.message),
            clockTime(item.sinceMs),
            handled(item),
          ]),
        );
      }),
    );

  alert
    .command('acknowledge')
    .description('Say that somebody looks after an alert.')
    .argument('<alert>', 'its number in `gantry alert list`', anId)
    .requiredOption('--reason <text>', 'who does what; it is in the audit log', reason)
    .action(
      run(async (context, alertId: number, { reason: why }: { reason: string }) => {
        await (await context.client()).alerts.acknowledge({ alertId, why });
      }),
    );

  alert
    .command('silence')
    .description('Tell nobody of alerts that match, for a while. They are judged and listed as ever.')
    .option('--rule <rule>', 'an id of `gantry rule list`')
    .option('--host <host>', 'name or id')
    .option('--subject <subject>', 'such as "gpu GPU-…" or "node"', subject)
    .option('--all', 'every alert there is')
    .requiredOption('--for <duration>', 'such as 30m or 2h', duration)
    .requiredOption('--reason <text>', 'it is in the audit log', reason)
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: SilenceOptions) => {
        if (!options.all && !options.rule && !options.host && !options.subject) {
          throw new CliError(context.say({ key: 'cli.silenceOfWhat' }));
        }
        const client = await context.client();
        if (options.rule !== undefined && !(await client.rules.list()).rules.some(({ id }) => id === options.rule)) {
          throw new CliError(context.say({ key: 'cli.notFound', params: { what: 'rule', id: options.rule } }));
        }
        const hostId = options.host === undefined ? null : (await context.host(options.host)).spec.id;
        const silence = await client.alerts.silence({
          ruleId: options.rule ?? null,
          hostId,
          subject: options.subject ?? null,
          untilMs: Date.now() + options.for,
          why: options.reason,
        });
        if (options.json) return context.json(silence);
        context.print(`${silence.id}  ${clockTime(silence.untilMs)}`);
      }),
    );

  alert
    .command('silences')
    .description('List silences that hold.')
    .option('--json', 'print JSON')
    .action(run((context, options: { json?: boolean }) => listSilences(context, options.json === true)));

  alert
    .command('unsilence')
    .description('End a silence now.')
    .argument('<silence>', 'its number in `gantry alert silences`', anId)
    .requiredOption('--reason <text>', 'it is in the audit log', reason)
    .action(
      run(async (context, silenceId: number, { reason: why }: { reason: string }) => {
        await (await context.client()).alerts.endSilence({ silenceId, why });
      }),
    );
}

async function listSilences(context: CliContext, isJson: boolean): Promise<void> {
  const client = await context.client();
  const found = await client.alerts.silences();
  if (isJson) return context.json(found);
  const names = await client.hosts.names();
  context.table(
    ['SILENCE', 'RULE', 'NODE', 'OF', 'UNTIL', 'WHO', 'WHY'],
    found.map(({ id, ruleId, hostId, subject, untilMs, who, why }) => [
      id,
      ruleId ?? '*',
      hostId === null ? '*' : (names[hostId] ?? hostId),
      subject ?? '*',
      clockTime(untilMs),
      who,
      why,
    ]),
  );
}

function handled({ silence, acknowledged }: { silence: Said | null; acknowledged: Said | null }): string {
  const said = acknowledged ?? silence;
  return said ? `${said.who}: ${said.why}` : '';
}

interface Said {
  readonly who: string;
  readonly why: string;
}

function duration(text: string): number {
  const ms = durationMs(text);
  if (ms === null || ms === 0) throw new InvalidArgumentError('A duration such as 30m or 2h, please.');
  return ms;
}

function subject(text: string): string {
  const { kind, id } = subjectOf(text);
  const isWhole = subjectKinds.includes(kind) && (kind === 'node') === (id === '');
  if (!isWhole)
    throw new InvalidArgumentError(
      `node, or one of ${subjectKinds.filter((each) => each !== 'node').join(', ')} and its id, please.`,
    );
  return text;
}
