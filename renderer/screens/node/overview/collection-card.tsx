import { type ProbeState, probeStates } from '#shared/domain/probe';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { StateBadge } from '../../../components/state-badge';
import { staleAfterMs } from '../../../components/state-view';
import { useNow } from '../../../components/use-now';
import { useHost, useSummary } from '../../../stores/fleet-store';
import { useResults } from '../probe-section';
import { ProbeStateBadge } from '../probe-state-badge';
import { Card, ToSection } from './card';
import classes from './overview.module.css';

/** How old what is shown is, and what of it could not be read. */
export function CollectionCard() {
  const { t } = useWords();
  const format = useFormat();
  const now = useNow();
  const { hostId, results } = useResults();
  const isBundle = useHost(hostId)?.spec.kind === 'bundle';
  const summary = useSummary(hostId);
  const byState = new Map<ProbeState, string[]>();
  for (const { probeId, state } of results.values()) byState.set(state, [...(byState.get(state) ?? []), probeId]);
  const notOk = probeStates.filter((state) => state !== 'ok' && byState.has(state));
  const atMs = summary?.observedAtMs ?? null;
  return (
    <Card
      title={t('nodeScreen.overview.collection')}
      state={
        summary === undefined ? null : atMs === null ? (
          <StateBadge tone="unknown">{t('nodeScreen.probe.notYet')}</StateBadge>
        ) : (
          <StateBadge
            tone={isBundle ? 'unknown' : now - atMs > staleAfterMs ? 'warn' : 'ok'}
            title={format.dateTime(atMs)}
          >
            {isBundle ? t('nodeScreen.overview.bundle') : format.ago(atMs, Math.max(now, atMs))}
          </StateBadge>
        )
      }
    >
      {summary && atMs !== null ? (
        <p className="dim">{t('nodeScreen.probesOk', { ok: summary.probesOk, total: summary.probesTotal })}</p>
      ) : (
        <p className="dim">{t('nodeScreen.probe.notYetDetail')}</p>
      )}
      {notOk.length > 0 && (
        <ul className={classes.list}>
          {notOk.map((state) => (
            <li key={state}>
              <span>
                <ProbeStateBadge state={state} variant="plain" />{' '}
                <span className="mono dim">{byState.get(state)?.join(', ')}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {results.size > 0 && (
        <span>
          <ToSection id="probes">{notOk.length > 0 ? t('nodeScreen.overview.why') : undefined}</ToSection>
        </span>
      )}
    </Card>
  );
}
