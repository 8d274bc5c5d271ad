import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Severity, severities } from '#shared/domain/finding';
import type { Channel, ChannelTarget, ShownChannel } from '#shared/domain/notifications/channel';
import {
  mailSecurities,
  syslogTransports,
  webhookFormats,
  webhookSignings,
} from '#shared/domain/notifications/channel-kinds';
import { shownTarget } from '#shared/domain/notifications/channel-target';
import type { Delivery } from '#shared/domain/notifications/notification';
import { notificationTitle } from '#shared/domain/notifications/notification-title';
import { type Language, languages } from '#shared/domain/text';
import { examples, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { clockTime } from '../format';
import type { Run } from '../run';
import { state } from '../table';

interface RoutingOptions {
  minSeverity: Severity;
  filter: string;
  label: Record<string, string>;
  firing: boolean;
  resolved: boolean;
  language: Language;
  json?: boolean;
}

/** Who is told of alerts. The app tells; here channels are kept and tried. */
export function registerNotify(program: Command, run: Run): void {
  const notify = program
    .command('notify')
    .description('Who is told when a rule fires: desktop, webhook, e-mail, syslog. The app tells, while it runs.')
    .addHelpText(
      'after',
      examples(
        'gantry notify add webhook on-call --url-file ~/.config/gantry/hook-url --min-severity critical',
        'gantry notify add email ops --server mail.site:587 --from gantry@site --to ops@site --user gantry --password-file ~/.smtp',
        'gantry notify add syslog siem --server log.site:6514 --transport tls',
        'gantry notify test on-call',
        'gantry notify log',
      ),
    );

  notify
    .command('list')
    .description('List channels. Ends with 1 when one does not deliver.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const channels = await (await context.client()).notifications.channels();
        if (channels.some((channel) => channel.isOn && channel.last?.isDelivered === false)) {
          context.setExitCode(exitCodes.findings);
        }
        if (options.json) return context.json(channels);
        context.table(
          ['CHANNEL', 'KIND', 'TO', 'FROM', 'NODES', 'ON', 'WAITING', 'LAST'],
          channels.map((channel) => [
            channel.name,
            channel.target.kind,
            shownTarget(channel.target),
            state(channel.routing.minSeverity),
            channel.routing.hosts || '*',
            channel.isOn ? 'yes' : 'no',
            channel.waiting,
            lastOf(context, channel),
          ]),
        );
      }),
    );

  const add = notify
    .command('add')
    .description('Add a channel. Secrets are read from files, each time they are needed.');

  routed(add.command('desktop').description('Notifications on the desktop of this workstation.')).action(
    run((context, name: string, options: RoutingOptions) => save(context, name, { kind: 'desktop' }, options, {})),
  );

  routed(add.command('webhook').description('An HTTP POST of JSON.'))
    .requiredOption('--url-file <file>', 'a file with the URL, which is as secret as a password')
    .addOption(new Option('--format <format>', 'of the JSON').choices(webhookFormats).default('gantry'))
    .addOption(
      new Option('--sign <how>', 'how messages prove that they are ours').choices(webhookSignings).default('none'),
    )
    .option('--secret-file <file>', 'a file with the token or the key to sign with')
    .option('--ca-file <file>', 'PEM of the authority that signed the certificate of the server')
    .action(
      run((context, name: string, options: RoutingOptions & WebhookOptions) => {
        const { urlFile, secretFile, format, sign } = options;
        if (sign !== 'none' && secretFile === undefined) throw new CliError('--sign needs --secret-file.');
        const target = {
          kind: 'webhook',
          origin: null,
          format,
          signing: sign,
          caFile: fileOf(options.caFile),
        } as const;
        const secret = secretFile === undefined ? {} : { secret: resolve(secretFile) };
        return save(context, name, target, options, { url: resolve(urlFile), ...secret });
      }),
    );

  routed(add.command('email').description('Mail by SMTP, as plain text.'))
    .requiredOption('--server <host:port>', 'such as mail.site:587', server)
    .requiredOption('--from <address>')
    .requiredOption('--to <address...>')
    .addOption(new Option('--security <how>').choices(mailSecurities).default('starttls'))
    .option('--user <name>')
    .option('--password-file <file>', 'a file with the password')
    .option('--ca-file <file>', 'PEM of the authority that signed the certificate of the server')
    .action(
      run((context, name: string, options: RoutingOptions & MailOptions) => {
        const { from, to, security, user, passwordFile } = options;
        if (user !== undefined && passwordFile === undefined) throw new CliError('--user needs --password-file.');
        const rest = { from, to, security, user: user ?? null, caFile: fileOf(options.caFile) };
        const files = passwordFile === undefined ? {} : { password: resolve(passwordFile) };
        return save(context, name, { kind: 'email', ...options.server, ...rest }, options, files);
      }),
    );

  routed(add.command('syslog').description('RFC 5424 over UDP, TCP or TLS.'))
    .requiredOption('--server <host:port>', 'such as log.site:514', server)
    .addOption(new Option('--transport <how>').choices(syslogTransports).default('udp'))
    .option('--facility <number>', '16 is local0', wholeNumber(0, 23), 16)
    .option('--ca-file <file>', 'PEM of the authority that signed the certificate of the server')
    .action(
      run((context, name: string, options: RoutingOptions & SyslogOptions) => {
        const { transport, facility } = options;
        const target = {
          kind: 'syslog',
          ...options.server,
          transport,
          facility,
          caFile: fileOf(options.caFile),
        } as const;
        return save(context, name, target, options, {});
      }),
    );

  notify
    .command('test')
    .description('Send a test message now. Ends with 1 when it did not arrive.')
    .argument('<channel>', 'name or id')
    .action(
      run(async (context, name: string) => {
        const client = await context.client();
        const { problem } = await client.notifications.test({ channelId: (await find(context, name)).id });
        if (problem === null) return context.print(context.say({ key: 'notifications.tested' }));
        context.warn(context.say(problem));
        context.setExitCode(exitCodes.findings);
      }),
    );

  notify
    .command('remove')
    .description('Remove a channel, with everything that waits for it.')
    .argument('<channel>', 'name or id')
    .action(
      run(async (context, name: string) => {
        await (await context.client()).notifications.remove({ channelId: (await find(context, name)).id });
      }),
    );

  notify
    .command('log')
    .description('List what was sent, newest first, with what went wrong and what to do.')
    .option('--channel <channel>', 'name or id')
    .option('--limit <count>', 'how many', wholeNumber(1, 500), 50)
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { channel?: string; limit: number; json?: boolean }) => {
        const client = await context.client();
        const only = options.channel === undefined ? {} : { channelId: (await find(context, options.channel)).id };
        const found = await client.notifications.log({ ...only, limit: options.limit });
        if (options.json) return context.json(found);
        const names = new Map((await client.notifications.channels()).map(({ id, name }) => [id, name]));
        context.table(
          ['TIME', 'CHANNEL', 'STATE', 'TRIES', 'MESSAGE', 'PROBLEM'],
          found.map((delivery) => rowOf(context, delivery, names)),
        );
      }),
    );
}

interface WebhookOptions {
  urlFile: string;
  secretFile?: string;
  format: (typeof webhookFormats)[number];
  sign: (typeof webhookSignings)[number];
  caFile?: string;
}
interface MailOptions {
  server: Server;
  from: string;
  to: string[];
  security: (typeof mailSecurities)[number];
  user?: string;
  passwordFile?: string;
  caFile?: string;
}
interface SyslogOptions {
  server: Server;
  transport: (typeof syslogTransports)[number];
  facility: number;
  caFile?: string;
}

/** What each kind has: a name, and which alerts it is told of. */
function routed(command: Command): Command {
  return command
    .argument('<name>')
    .addOption(new Option('--min-severity <severity>', 'told of this and worse').choices(severities).default('warn'))
    .option('--filter <filter>', 'only of nodes that match, such as "group = train"', '')
    .option('--label <name=value...>', 'only of rules with these labels', label, {})
    .option('--no-firing', 'not when a rule fires')
    .option('--no-resolved', 'not when that is over')
    .addOption(new Option('--language <language>').choices(languages).default('en'))
    .option('--json', 'print JSON');
}

async function save(
  context: CliContext,
  name: string,
  target: ChannelTarget,
  { minSeverity, filter, label: labels, firing, resolved, language, json }: RoutingOptions,
  secretFiles: Channel['secretFiles'],
): Promise<void> {
  const routing = { minSeverity, hosts: filter, labels, isOnFiring: firing, isOnResolve: resolved, language };
  const channel = { name, isOn: true, target, routing, secretFiles };
  const saved = await (await context.client()).notifications.save({ channel, secrets: {} });
  if (json) return context.json(saved);
  context.print(`${saved.name}  ${saved.id}`);
}

async function find(context: CliContext, name: string): Promise<ShownChannel> {
  const channels = await (await context.client()).notifications.channels();
  const found = channels.find((channel) => channel.id === name || channel.name === name);
  if (!found) throw new CliError(context.say({ key: 'notifications.unknown', params: { name } }));
  return found;
}

function lastOf(context: CliContext, { last }: ShownChannel): string {
  if (!last) return '';
  const time = clockTime(last.atMs);
  return last.problem ? `${time} ${context.say(last.problem)}` : time;
}

function rowOf(context: CliContext, delivery: Delivery, names: ReadonlyMap<string, string>) {
  const { madeMs, channelId, state: how, tries, problem, notification } = delivery;
  return [
    clockTime(madeMs),
    names.get(channelId) ?? channelId,
    how,
    tries,
    notificationTitle(notification, context),
    problem && context.say(problem),
  ];
}

interface Server {
  host: string;
  port: number;
}

function server(text: string): Server {
  const match = /^(?:\[(?<address>[^\]]+)\]|(?<name>[^:]+)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.port);
  if (!match || port < 1 || port > 65_535) throw new InvalidArgumentError('HOST:PORT, please, such as mail.site:587.');
  return { host: match.groups?.address ?? match.groups?.name ?? '', port };
}

function label(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('NAME=VALUE, please.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function fileOf(file: string | undefined): string | null {
  return file === undefined ? null : resolve(file);
}
