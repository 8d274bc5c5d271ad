import { severities } from '#shared/domain/finding';
import { compileFilter, matchContext } from '#shared/domain/fleet/filter/match-filter';
import { parseFilter } from '#shared/domain/fleet/filter/parse-filter';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { Channel, Routing } from '#shared/domain/notifications/channel';
import type { Alert } from '#shared/domain/rules/alert';
import { translatorOf } from '#shared/i18n/translator';

/** Which channels an alert is for. What is known of nodes is read once, for as long as this is used. */
export function createRouter(
  channels: readonly Channel[],
  nodeOf: (hostId: string) => FleetNode | null,
  nowMs: number,
): (alert: Alert, to: 'firing' | 'resolved') => Channel[] {
  const nodes = new Map<string, FleetNode | null>();
  const known = (hostId: string): FleetNode | null => {
    const node = nodes.has(hostId) ? (nodes.get(hostId) ?? null) : nodeOf(hostId);
    nodes.set(hostId, node);
    return node;
  };
  const tests = channels
    .filter(({ isOn }) => isOn)
    .map((channel) => ({ channel, isFor: hostTest(channel.routing, known, nowMs) }));
  return (alert, to) =>
    tests
      .filter(({ channel: { routing }, isFor }) => wants(routing, alert, to) && isFor(alert.hostId))
      .map(({ channel }) => channel);
}

function wants(routing: Routing, { severity, labels }: Alert, to: 'firing' | 'resolved'): boolean {
  return (
    (to === 'firing' ? routing.isOnFiring : routing.isOnResolve) &&
    severities.indexOf(severity) >= severities.indexOf(routing.minSeverity) &&
    Object.entries(routing.labels).every(([name, label]) => labels[name] === label)
  );
}

/** A filter that can't be read any more (of an older version) lets everything through: too much is better than nothing. */
function hostTest(
  { hosts, language }: Routing,
  nodeOf: (hostId: string) => FleetNode | null,
  nowMs: number,
): (hostId: string) => boolean {
  if (hosts.trim() === '') return () => true;
  const { filter, error } = parseFilter(hosts);
  if (error) return () => true;
  const matches = compileFilter(filter, matchContext(translatorOf(language), nowMs));
  return (hostId) => {
    const node = nodeOf(hostId);
    return node === null || matches(node);
  };
}
