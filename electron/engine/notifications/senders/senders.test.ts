import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '#shared/domain/notifications/notification';
import { messageWords } from '../message-words';
import { eventually, mail, webhook } from '../testing/notification-bench';
import { type SmtpSinkOptions, startSmtpSink } from '../testing/smtp-sink';
import { hang, startWebhookSink, status } from '../testing/webhook-sink';
import { toldAlert } from '../told-alert';
import { sendEmail } from './email';
import { DeliveryError, type Outgoing } from './sender';
import { sendSyslog, syslogLine } from './syslog';
import { sendWebhook } from './webhook';

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-senders-'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-keyout', file('key'), '-out', file('cert')], {
    stdio: 'ignore',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const closers: Array<() => Promise<unknown> | unknown> = [];
afterEach(async () => {
  for (const closer of closers.splice(0)) await closer();
});

/** What a node may print to get into a header, a log line, a page or a terminal. */
const hostile = 'GPU\r\nBcc: all@evil.example\r\n\r\n<script>x</script> \u001b[31mred\u202e "]\u0000 end';

function message(kind: Notification['kind'] = 'firing', words = hostile): Outgoing {
  const alert = toldAlert(
    {
      id: 7,
      ruleId: 'gpu-hot',
      hostId: 'h1',
      subject: `gpu ${words}`,
      state: 'firing',
      severity: 'critical',
      title: { en: `Too hot ${words}` },
      message: { en: words },
      labels: { note: words },
      treeId: null,
      value: 92,
      sinceMs: 0,
      firedMs: 0,
      resolvedMs: null,
      isAbandoned: false,
      acknowledged: null,
    },
    words,
  );
  const notification: Notification = {
    kind,
    ruleId: 'gpu-hot',
    severity: 'critical',
    alertCount: 1,
    hostCount: 1,
    ruleCount: 1,
    hosts: [{ hostId: 'h1', name: alert.host }],
    alerts: [alert],
    incidents: ['INC-1'],
  };
  return { key: 'key-1', madeMs: 0, language: 'en', notification, ...messageWords(notification, 'en') };
}

const problemOf = async (work: Promise<void>): Promise<string> => {
  try {
    await work;
    return 'sent';
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return `${error.problem.key.replace('notifications.problem.', '')}${error.isFinal ? ' for good' : ''}`;
  }
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('mail', () => {
  async function sink(options: SmtpSinkOptions = {}) {
    const started = await startSmtpSink(options);
    closers.push(started.close);
    return started;
  }

  it('is plain text with one set of headers, whatever a node printed', async () => {
    const { port, mails } = await sink();
    await sendEmail(mail({ port, to: ['a@site.example', 'b@site.example'] }), message(), {});
    expect(mails).toHaveLength(1);
    const [{ text = '', to = [] } = {}] = mails;
    expect(to).toEqual(['RCPT TO:<a@site.example>', 'RCPT TO:<b@site.example>']);
    const [head = ''] = text.split('\n\n');
    expect(
      head
        .split('\n')
        .filter((line) => /^[A-Za-z-]+:/.test(line))
        .map((line) => line.split(':')[0]?.toLowerCase())
        .sort(),
    ).toEqual([
      'auto-submitted',
      'content-transfer-encoding',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
      'x-gantry-key',
    ]);
    expect(head).toContain('Message-ID: <key-1@gantry.invalid>');
    expect(head).toMatch(/content-type: text\/plain/i);
    expect(text).not.toContain('\u001b');
  });

  it('goes encrypted where that is asked for, with user and password', async () => {
    const tls = createSecureContext({ key: readFileSync(file('key')), cert: readFileSync(file('cert')) });
    const { port, mails } = await sink({ tls, login: 'ops:pass word' });
    const target = mail({ port, security: 'starttls', user: 'ops', caFile: file('cert') });
    expect(await problemOf(sendEmail(target, message(), { password: 'pass word' }))).toBe('sent');
    expect(mails).toMatchObject([{ isEncrypted: true, login: 'ops:pass word' }]);
    expect(await problemOf(sendEmail(target, message(), { password: 'wrong' }))).toBe('login');
    expect(await problemOf(sendEmail({ ...target, caFile: null }, message(), { password: 'pass word' }))).toBe(
      'certificate',
    );
    expect(await problemOf(sendEmail({ ...target, caFile: file('none') }, message(), { password: 'x' }))).toBe('file');
    expect(mails).toHaveLength(1);
  });

  it('is never sent in the open where STARTTLS was asked for and is not there', async () => {
    const { port, mails } = await sink();
    expect(await problemOf(sendEmail(mail({ port, security: 'starttls' }), message(), {}))).not.toBe('sent');
    expect(mails).toEqual([]);
  });

  it('that the server will never take is given up; what passes is tried again', async () => {
    const [never, later] = [
      await sink({ onRecipient: '550 no such user' }),
      await sink({ onRecipient: '450 greylisted' }),
    ];
    expect(await problemOf(sendEmail(mail({ port: never.port }), message(), {}))).toBe('mail for good');
    expect(await problemOf(sendEmail(mail({ port: later.port }), message(), {}))).toBe('mail');
    expect(await problemOf(sendEmail(mail({ port: await freePort() }), message(), {}))).toBe('unreachable');
    expect(await problemOf(sendEmail(mail({ host: 'mail.invalid' }), message(), {}))).toBe('dns');
  });

  it.each(['text', 'end'] as const)('whose server dies while it is sent is tried again (at the %s)', async (diesAt) => {
    const { port, mails } = await sink({ diesAt });
    const told = await problemOf(sendEmail(mail({ port }), message(), {}));
    expect(told).not.toBe('sent');
    expect(told).not.toMatch(/for good/);
    expect(mails).toEqual([]);
  });
});

describe('a webhook', () => {
  it('gets JSON that is as clean as it is whole, over TLS that is checked', async () => {
    const sink = await startWebhookSink({ key: readFileSync(file('key')), cert: readFileSync(file('cert')) });
    closers.push(sink.close);
    const url = `https://127.0.0.1:${sink.port}/hook`;
    expect(await problemOf(sendWebhook(webhook(), message(), { url }))).toBe('certificate');
    expect(await problemOf(sendWebhook(webhook({ caFile: file('cert') }), message(), { url }))).toBe('sent');
    const trusted = webhook({ caFile: file('cert'), format: 'alertmanager' });
    expect(await problemOf(sendWebhook(trusted, message('resolved'), { url }))).toBe('sent');
    expect(sink.posts[0]?.body).not.toMatch(/\\u0000|\\u001b|\\r|\u202e/);
    expect(sink.posts[1]?.json).toMatchObject({
      version: '4',
      status: 'resolved',
      groupLabels: { alertname: 'gpu-hot', severity: 'critical' },
      alerts: [{ labels: { alertname: 'gpu-hot', severity: 'critical' }, fingerprint: '0000000000000007' }],
    });
  });

  it('that sends elsewhere is not followed, with what is secret', async () => {
    const [elsewhere, sink] = [await startWebhookSink(), await startWebhookSink()];
    closers.push(elsewhere.close, sink.close);
    sink.answers = [status(307, '', { location: `http://127.0.0.1:${elsewhere.port}/` })];
    const url = `http://127.0.0.1:${sink.port}/hook`;
    expect(await problemOf(sendWebhook(webhook({ signing: 'bearer' }), message(), { url, secret: 's' }))).toBe(
      'redirect',
    );
    expect(elsewhere.posts).toEqual([]);
  });

  it('that is not there is told from one that is not known', async () => {
    const at = (url: string) => problemOf(sendWebhook(webhook(), message(), { url }));
    expect(await at(`http://127.0.0.1:${await freePort()}/`)).toBe('unreachable');
    expect(await at('http://hooks.invalid/')).toBe('dns');
    expect(await at('ftp://127.0.0.1/')).toBe('url');
  });

  it('that takes the message and says nothing is left after its time', async () => {
    const sink = await startWebhookSink();
    closers.push(sink.close);
    sink.answers = [hang];
    const url = `http://127.0.0.1:${sink.port}/hook`;
    expect(await problemOf(sendWebhook(webhook(), message(), { url }, 50))).toBe('timeout');
    // Or begins to, and goes on for ever.
    sink.answers = [(response) => void response.writeHead(200).write('so')];
    expect(await problemOf(sendWebhook(webhook(), message(), { url }, 50))).toBe('timeout');
  });
});

describe('syslog', () => {
  const target = { kind: 'syslog', host: '127.0.0.1', caFile: null, facility: 16 } as const;

  it('is a line of RFC 5424 that nothing of a node ends early', () => {
    const line = syslogLine(message(), 16, 2048).toString();
    expect(line).toMatch(
      /^<130>1 1970-01-01T00:00:00\.000Z \S+ gantry \d+ firing \[gantry@32473 key="key-1" rule="gpu-hot" severity="critical" alerts="1" hosts="1" host="[^"\\\]]*(?:\\["\\\]][^"\\\]]*)* end" subject="gpu .*"\] \ufeff\[Critical\] Too hot/,
    );
    expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
    expect(syslogLine(message('resolved'), 16, 2048).toString()).toMatch(/^<133>1 /);
    const cut = syslogLine(message('firing', '过热'.repeat(2000)), 16, 600);
    expect(cut.byteLength).toBeLessThanOrEqual(600);
    expect(cut.toString()).not.toContain('\ufffd');
  });

  it('goes as a datagram, or counted over a connection', async () => {
    const udp = createSocket('udp4');
    const datagrams: Buffer[] = [];
    udp.on('message', (datagram) => datagrams.push(datagram));
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
    closers.push(() => udp.close());
    await sendSyslog({ ...target, transport: 'udp', port: udp.address().port }, message(), {});
    await eventually(() => expect(datagrams.map(String)).toEqual([expect.stringMatching(/^<130>1 /)]));

    let received = '';
    const tcp = createServer((socket) => socket.on('data', (chunk) => (received += String(chunk))));
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => tcp.close(resolve)));
    const { port } = tcp.address() as { port: number };
    await sendSyslog({ ...target, transport: 'tcp', port }, message(), {});
    const expected = syslogLine(message(), 16, 8192);
    await eventually(() => expect(received).toBe(`${expected.byteLength} ${expected.toString()}`));
    expect(await problemOf(sendSyslog({ ...target, transport: 'tcp', port: await freePort() }, message(), {}))).toBe(
      'unreachable',
    );
    expect(await problemOf(sendSyslog({ ...target, transport: 'udp', host: 'log.invalid', port }, message(), {}))).toBe(
      'dns',
    );
  });
});
