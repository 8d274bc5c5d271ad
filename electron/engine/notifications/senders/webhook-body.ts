import type { webhookFormats } from '#shared/domain/notifications/channel-kinds';
import type { ToldAlert } from '#shared/domain/notifications/notification';
import { type Language, localize } from '#shared/domain/text';
import type { Outgoing } from './sender';

/** What a webhook gets; see docs/notifications.md. */
export function webhookBody(format: (typeof webhookFormats)[number], message: Outgoing): object {
  return format === 'gantry' ? gantryBody(message) : alertmanagerBody(message);
}

function gantryBody({ key, madeMs, language, subject, text, notification }: Outgoing): object {
  const { kind, ruleId, severity, alertCount, hostCount, ruleCount, hosts, alerts, incidents } = notification;
  return {
    version: 1,
    key,
    time: new Date(madeMs).toISOString(),
    kind,
    severity,
    rule: ruleId,
    title: subject,
    text,
    alertCount,
    hostCount,
    ruleCount,
    hosts,
    incidents,
    alerts: alerts.map((alert) => ({
      id: alert.alertId,
      rule: alert.ruleId,
      severity: alert.severity,
      host: { id: alert.hostId, name: alert.host },
      subject: alert.subject,
      title: localize(alert.title, language),
      message: localize(alert.message, language),
      labels: alert.labels,
      value: alert.value,
      since: new Date(alert.sinceMs).toISOString(),
      resolved: alert.resolvedMs === null ? null : new Date(alert.resolvedMs).toISOString(),
    })),
  };
}

/** As Alertmanager sends to its webhook receivers (version 4), so that what understands that understands this. */
function alertmanagerBody({ language, subject, text, notification }: Outgoing): object {
  const { kind, ruleId, severity, alertCount, alerts } = notification;
  const status = kind === 'resolved' ? 'resolved' : 'firing';
  const shared = { ...(ruleId === null ? {} : { alertname: ruleId }), severity };
  return {
    version: '4',
    groupKey: `{}:{alertname="${ruleId ?? ''}", severity="${severity}"}`,
    truncatedAlerts: Math.max(0, alertCount - alerts.length),
    status,
    receiver: 'gantry',
    groupLabels: shared,
    commonLabels: shared,
    commonAnnotations: { summary: subject, description: text },
    externalURL: '',
    alerts: alerts.map((alert) => alertmanagerAlert(alert, status, language)),
  };
}

function alertmanagerAlert(alert: ToldAlert, status: 'firing' | 'resolved', language: Language): object {
  return {
    status,
    labels: {
      ...alert.labels,
      alertname: alert.ruleId,
      severity: alert.severity,
      instance: alert.host,
      subject: alert.subject,
    },
    annotations: { summary: localize(alert.title, language), description: localize(alert.message, language) },
    startsAt: new Date(alert.sinceMs).toISOString(),
    // Alertmanager's own way to say that it goes on.
    endsAt: alert.resolvedMs === null ? '0001-01-01T00:00:00Z' : new Date(alert.resolvedMs).toISOString(),
    generatorURL: '',
    fingerprint: alert.alertId.toString(16).padStart(16, '0'),
  };
}
