import { useEffect, useMemo } from 'react';
import type { ListedRule } from '#shared/contract/rules';
import type { Alert } from '#shared/domain/rules/alert';
import { subjectOf } from '#shared/domain/telemetry/frame';
import { useWords } from '../../app/i18n';
import { formatMetric, type ShownUnit } from '../../charts/metric-format';
import { useFormat } from '../../components/format';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { type OpenAlerts, useAlerts } from '../../stores/alerts-store';
import { useFleet } from '../../stores/fleet-store';
import { useRules } from './use-rules';

export interface AlertWords {
  host: (hostId: string) => string;
  /** `GPU 3 · 8f2c1a3b`. */
  subject: (alert: Pick<Alert, 'hostId' | 'subject'>) => string;
  /** `91 °C`; null when it is not known or there is none. */
  value: (of: Pick<Alert, 'ruleId' | 'value'>) => string | null;
  /** `≥ 85 °C`. */
  threshold: (ruleId: string) => string | null;
  rule: (ruleId: string) => ListedRule | undefined;
}

const signs = { '<': '<', '<=': '≤', '>': '>', '>=': '≥', '==': '=', '!=': '≠' } as const;

/** What alerts say, in the user's words and units. */
export function useAlertWords(): AlertWords {
  const { t } = useWords();
  const format = useFormat();
  const hosts = useFleet((state) => state.hosts);
  const names = useFleet((state) => state.names);
  // Asked again when a node was collected for the first time: a subject without an index is named by its id.
  const collected = useFleet(
    (state) => [...state.summaries.values()].filter(({ observedAtMs }) => observedAtMs).length,
  );
  const gpus = useQuery(`alerts/gpus/${collected}`, (signal) => engine.telemetry.gpus(undefined, { signal })).data;
  const { data, refetch } = useRules();
  const byId = useMemo(() => new Map(data?.rules.map((rule) => [rule.id, rule])), [data]);
  // A file of rules that came since is asked for, once for each rule: it may be gone again.
  const newRuleId = useAlerts(({ open }) => (data ? firstNew(open, byId) : null));
  useEffect(() => {
    if (newRuleId !== null) refetch();
  }, [newRuleId, refetch]);
  const indexes = useMemo(
    () =>
      new Map(
        (gpus ?? []).flatMap((node) =>
          node.gpus.map(({ subject, index }) => [`${node.hostId} ${subject}`, index] as const),
        ),
      ),
    [gpus],
  );
  return useMemo(() => {
    const inUnit = (value: number, unit: ShownUnit | null): string =>
      unit === null ? format.number(value, 3) : formatMetric(value, unit, format);
    // Three figures are enough to see how bad it is.
    const short = (value: number): number =>
      Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
    return {
      host: (hostId) => hosts?.get(hostId)?.spec.name ?? names[hostId] ?? hostId,
      rule: (ruleId) => byId.get(ruleId),
      subject: ({ hostId, subject }) => {
        const { kind, id } = subjectOf(subject);
        if (kind === 'node') return t('alertScreen.wholeNode');
        if (kind !== 'gpu') return id;
        const index = indexes.get(`${hostId} ${subject}`);
        const short = id.replace(/^GPU-/, '').slice(0, 8);
        return index === undefined
          ? t('alertScreen.gpuOnly', { id: short })
          : t('alertScreen.gpu', { index, id: short });
      },
      value: ({ value, ruleId }) => {
        const reading = byId.get(ruleId)?.reading;
        return value === null || reading?.comparison === null ? null : inUnit(short(value), reading?.unit ?? null);
      },
      threshold: (ruleId) => {
        const { comparison = null, threshold = null, unit = null } = byId.get(ruleId)?.reading ?? {};
        return comparison === null || threshold === null
          ? null
          : `${signs[comparison]}\u00a0${inUnit(threshold, unit)}`;
      },
    };
  }, [t, format, hosts, names, byId, indexes]);
}

function firstNew(open: OpenAlerts | undefined, known: ReadonlyMap<string, unknown>): string | null {
  for (const { ruleId } of open?.values() ?? []) if (!known.has(ruleId)) return ruleId;
  return null;
}
