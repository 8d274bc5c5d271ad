import { randomUUID } from 'node:crypto';
import { severities } from '#shared/domain/finding';
import type { Channel } from '#shared/domain/notifications/channel';
import type { Notification } from '#shared/domain/notifications/notification';
import { NAMED } from '#shared/domain/notifications/notification';
import type { Alert } from '#shared/domain/rules/alert';
import type { NotificationRepository, WaitingGroup } from './notification-repository';
import { toldAlert } from './told-alert';

/** A channel is told of the same rule and severity no oftener than this. */
export const QUIET_MS = 60_000;
/** More groups than this at once, for one channel, are one message. */
const MOST_AT_ONCE = 10;
const STORM = '*';

export interface ToldGroupsDeps {
  readonly repository: NotificationRepository;
  readonly alertOf: (alertId: number) => Alert | null;
  readonly nameOf: (hostId: string) => string;
  readonly incidentsOf: (alertIds: readonly number[]) => string[];
}

export function groupKeyOf(kind: 'firing' | 'resolved', { ruleId, severity }: Alert): string {
  return `${kind} ${severity} ${ruleId}`;
}

/**
 * Makes messages of what waits: one for each rule and severity, or one for all of them in a storm. Inside a transaction. Returns
 * when the next group is due; null: none waits.
 */
export function tellGroups(channels: readonly Channel[], nowMs: number, deps: ToldGroupsDeps): number | null {
  const { repository } = deps;
  const waiting = repository.waitingGroups();
  const later: number[] = [];
  for (const channel of channels) {
    const due: WaitingGroup[] = [];
    for (const group of waiting) {
      if (group.channelId !== channel.id) continue;
      const dueMs = group.toldMs === null ? 0 : group.toldMs + QUIET_MS;
      // A clock that was set back must not keep anybody waiting.
      if (dueMs <= nowMs || dueMs > nowMs + QUIET_MS) due.push(group);
      else later.push(dueMs);
    }
    if (due.length <= MOST_AT_ONCE) {
      for (const group of due) tell(channel, [group], group.groupKey, nowMs, deps);
      continue;
    }
    for (const kind of ['firing', 'resolved'] as const) {
      const ofKind = due.filter((group) => group.kind === kind);
      if (ofKind.length > 0) tell(channel, ofKind, `${kind} ${STORM}`, nowMs, deps);
    }
  }
  return later.length > 0 ? Math.min(...later) : null;
}

function tell(
  channel: Channel,
  groups: readonly WaitingGroup[],
  groupKey: string,
  nowMs: number,
  { repository, alertOf, nameOf, incidentsOf }: ToldGroupsDeps,
): void {
  const [group] = groups;
  if (!group) return;
  const keys = groups.map((one) => one.groupKey);
  const first = repository.firstAlerts(channel.id, keys);
  const alerts = first.flatMap((id) => {
    const alert = alertOf(id);
    return alert ? [toldAlert(alert, nameOf(alert.hostId))] : [];
  });
  const hosts = new Map(alerts.map(({ hostId, host }) => [hostId, host]));
  const notification: Notification = {
    kind: group.kind,
    ruleId: groups.length === 1 ? group.groupKey.split(' ').slice(2).join(' ') : null,
    severity: severities.findLast((severity) => keys.some((key) => key.split(' ')[1] === severity)) ?? 'info',
    alertCount: groups.reduce((sum, { count }) => sum + count, 0),
    hostCount: repository.hostCount(channel.id, keys),
    ruleCount: groups.length,
    hosts: [...hosts].slice(0, NAMED).map(([hostId, name]) => ({ hostId, name })),
    alerts,
    incidents: incidentsOf(first),
  };
  const messageId = repository.messages.add({
    channelId: channel.id,
    key: randomUUID(),
    groupKey,
    madeMs: nowMs,
    state: 'waiting',
    nextMs: 0,
    endedMs: null,
    notification,
  });
  repository.assign(channel.id, keys, messageId);
}
