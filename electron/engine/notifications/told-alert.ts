import type { ToldAlert } from '#shared/domain/notifications/notification';
import type { Alert } from '#shared/domain/rules/alert';
import type { LocalizedText } from '#shared/domain/text';
import { oneLine } from './message-words';

const NAME_CHARS = 200;
const WORDS_CHARS = 500;

/** An alert as others are told of it: what came from a node is one line of what can be printed. */
export function toldAlert(alert: Alert, host: string): ToldAlert {
  const { id: alertId, ruleId, severity, hostId, value, sinceMs, firedMs, resolvedMs, isAbandoned } = alert;
  return {
    alertId,
    ruleId,
    severity,
    hostId,
    host: oneLine(host, NAME_CHARS),
    subject: oneLine(alert.subject, NAME_CHARS),
    title: cleaned(alert.title),
    message: cleaned(alert.message),
    labels: Object.fromEntries(
      Object.entries(alert.labels).map(([name, label]) => [oneLine(name, NAME_CHARS), oneLine(label, NAME_CHARS)]),
    ),
    value,
    sinceMs,
    firedMs,
    resolvedMs,
    isAbandoned,
  };
}

function cleaned(text: LocalizedText): LocalizedText {
  const chinese = text['zh-CN'];
  const en = oneLine(text.en, WORDS_CHARS);
  return chinese === undefined ? { en } : { en, 'zh-CN': oneLine(chinese, WORDS_CHARS) };
}
