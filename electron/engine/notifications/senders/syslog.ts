import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls } from 'node:tls';
import type { Severity } from '#shared/domain/finding';
import type { TargetOf } from '#shared/domain/notifications/channel';
import { oneLine } from '../message-words';
import { caOf } from './ca-of';
import { DeliveryError, type Outgoing, SEND_WITHIN_MS, type Send, wayProblem } from './sender';

/** RFC 5426: what every receiver takes in one datagram. */
const DATAGRAM_BYTES = 2048;
const STREAM_BYTES = 8192;

const levels: Readonly<Record<Severity, number>> = { fatal: 1, critical: 2, warn: 4, info: 6 };
const NOTICE = 5;

/** RFC 5424 over UDP, TCP or TLS (octet counting). Over UDP nobody can know whether it arrived. */
export const sendSyslog: Send<'syslog'> = async (target, message) => {
  const bytes = syslogLine(message, target.facility, target.transport === 'udp' ? DATAGRAM_BYTES : STREAM_BYTES);
  try {
    if (target.transport === 'udp') await sendDatagram(target, bytes);
    else await sendStream(target, bytes);
  } catch (error) {
    throw error instanceof DeliveryError ? error : new DeliveryError(wayProblem(error, target.host));
  }
};

/** `<PRI>1 TIME HOST gantry PID KIND [gantry@32473 …] BOM TEXT`, no longer than so many bytes. */
export function syslogLine(
  { key, madeMs, subject, notification }: Outgoing,
  facility: number,
  mostBytes: number,
): Buffer {
  const { kind, ruleId, severity, alertCount, hostCount, alerts } = notification;
  const level = kind === 'firing' ? levels[severity] : NOTICE;
  const [first] = alerts;
  const data: Array<[string, string]> = [
    ['key', key],
    ['rule', ruleId ?? '*'],
    ['severity', severity],
    ['alerts', String(alertCount)],
    ['hosts', String(hostCount)],
    ...(first
      ? ([
          ['host', first.host],
          ['subject', first.subject],
        ] satisfies Array<[string, string]>)
      : []),
  ];
  const parameters = data.map(([name, value]) => `${name}="${parameterValue(value)}"`).join(' ');
  const self =
    hostname()
      .replace(/[^\x21-\x7e]/g, '')
      .slice(0, 255) || '-';
  const time = new Date(madeMs).toISOString();
  const head = `<${facility * 8 + level}>1 ${time} ${self} gantry ${process.pid} ${kind} [gantry@32473 ${parameters}] \ufeff`;
  const bytes = Buffer.from(head + oneLine(subject, 1000));
  if (bytes.byteLength <= mostBytes) return bytes;
  // Not in the middle of a character.
  let end = mostBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

function parameterValue(text: string): string {
  return oneLine(text, 200).replace(/["\\\]]/g, '\\$&');
}

async function sendDatagram({ host, port }: TargetOf<'syslog'>, bytes: Buffer): Promise<void> {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    socket.close();
  }
}

async function sendStream({ host, port, transport, caFile }: TargetOf<'syslog'>, bytes: Buffer): Promise<void> {
  const ca = transport === 'tls' && caFile ? { ca: caOf(caFile) } : {};
  await new Promise<void>((resolve, reject) => {
    const socket: Socket =
      transport === 'tls'
        ? connectTls({ host, port, ...ca, ...(isIP(host) ? {} : { servername: host }) })
        : connect({ host, port });
    socket.setTimeout(SEND_WITHIN_MS, () => socket.destroy(new DOMException('no answer in time', 'TimeoutError')));
    socket.once('error', reject);
    socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
      socket.end(Buffer.concat([Buffer.from(`${bytes.byteLength} `), bytes]));
    });
    // What was sent has been acknowledged once the other side closes, or ours is flushed.
    socket.once('finish', () => resolve());
    socket.once('close', () => resolve());
    socket.resume();
  });
}
