import type { LocalizedText, Message } from '../text';
import type { Notification } from './notification';

/** What a message is about, in a line, wherever it is listed. */
export function notificationTitle(
  { kind, ruleId, severity, alertCount, ruleCount, hostCount, hosts, alerts }: Notification,
  words: { say(message: Message): string; text(text: LocalizedText): string },
): string {
  const say = (key: string, params?: Message['params']): string =>
    words.say({ key: `notifications.words.${key}`, ...(params ? { params } : {}) });
  if (kind === 'test') return say('test');
  const [first] = alerts;
  const title =
    ruleId === null || !first ? say('storm', { alerts: alertCount, rules: ruleCount }) : words.text(first.title);
  const names = hosts.map(({ name }) => name).join(', ');
  const where = hostCount > hosts.length ? say('andMore', { names, count: hostCount - hosts.length }) : names;
  return `[${say(`${kind}.${severity}`)}] ${title}: ${where}`;
}
