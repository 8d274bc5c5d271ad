import type { Notification, ToldAlert } from '#shared/domain/notifications/notification';
import { notificationTitle } from '#shared/domain/notifications/notification-title';
import { type Language, localize, type Message, printable } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';

const SUBJECT_CHARS = 200;

/** What a node printed, in one line and without anything that a header, a terminal or a log could take for its own. */
export function oneLine(text: string, chars: number): string {
  const line = printable(text)
    .replace(/[\s\u0085\u2028\u2029]+/g, ' ')
    .trim();
  return line.length <= chars ? line : `${line.slice(0, chars - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A message in the words of a language. */
export function messageWords(notification: Notification, language: Language): { subject: string; text: string } {
  const translate = translatorOf(language);
  const say = (key: string, params?: Message['params']): string =>
    translate({ key: `notifications.${key}`, ...(params ? { params } : {}) });
  const { kind, ruleId, alertCount, hostCount, hosts, alerts, incidents } = notification;
  if (kind === 'test') return { subject: say('words.test'), text: say('words.testText') };
  const names = hosts.map(({ name }) => name).join(', ');
  const where = hostCount > hosts.length ? say('words.andMore', { names, count: hostCount - hosts.length }) : names;
  const title = notificationTitle(notification, { say: translate, text: (text) => localize(text, language) });
  const lines = [
    title,
    say('words.counts', { alerts: alertCount, hosts: hostCount }),
    `${say('words.nodes')}: ${where}`,
    ...(incidents.length > 0 ? [`${say('words.incidents')}: ${incidents.join(', ')}`] : []),
    ...alerts.flatMap((alert) => ['', ...alertLines(alert, ruleId === null, language, say)]),
    ...(alertCount > alerts.length ? ['', say('words.moreAlerts', { count: alertCount - alerts.length })] : []),
  ];
  return { subject: oneLine(title, SUBJECT_CHARS), text: `${lines.map((line) => oneLine(line, 1000)).join('\n')}\n` };
}

function alertLines(
  alert: ToldAlert,
  isOfMany: boolean,
  language: Language,
  say: (key: string, params?: Message['params']) => string,
): string[] {
  const name = alert.subject === 'node' ? alert.host : `${alert.host}, ${alert.subject}`;
  const title = isOfMany ? `${localize(alert.title, language)} – ` : '';
  return [
    `${title}${name}`,
    localize(alert.message, language),
    ...(alert.isAbandoned ? [say('words.abandoned')] : []),
    alert.resolvedMs === null
      ? say('words.since', { time: utc(alert.sinceMs) })
      : say('words.fromTo', { from: utc(alert.sinceMs), to: utc(alert.resolvedMs) }),
  ];
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
