import { IconAlertTriangle } from '@tabler/icons-react';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { staleAfterMs } from '../../../components/state-view';
import { useNow } from '../../../components/use-now';
import { useHost, useSummary } from '../../../stores/fleet-store';
import { useResults } from '../probe-section';
import { sectionOfMessage } from '../sections';
import { Card, ToSection } from './card';
import classes from './overview.module.css';

const shownCount = 10;

/** What needs a look: facts that speak for themselves. Not a diagnosis. */
export function NoticedCard() {
  const { t, message } = useWords();
  const now = useNow();
  const { hostId, results } = useResults();
  const isBundle = useHost(hostId)?.spec.kind === 'bundle';
  const summary = useSummary(hostId);
  // How it stands to its profile is the next card's.
  const noticed = (summary?.attention ?? []).filter((one) => sectionOfMessage(one) !== 'profile');
  const observedAtMs = summary?.observedAtMs ?? null;
  const isKnown = observedAtMs !== null;
  const unread = [...results.values()].filter(({ state }) => state !== 'ok' && state !== 'missing-tool').length;
  // Of something unread or old nobody knows that it is well.
  const isWhole = unread === 0 && (isBundle || (isKnown && now - observedAtMs <= staleAfterMs));
  return (
    <Card
      title={t('nodeScreen.overview.noticed')}
      state={
        summary === undefined ? null : noticed.length > 0 ? (
          <StateBadge tone="warn">{t('nodeScreen.tabNoticed', { count: noticed.length })}</StateBadge>
        ) : isKnown && !summary?.isCollecting ? (
          <StateBadge tone={isWhole ? 'ok' : 'unknown'}>{t('nodeScreen.overview.nothing')}</StateBadge>
        ) : (
          <StateBadge tone="unknown">{t('nodeScreen.overview.notKnown')}</StateBadge>
        )
      }
    >
      {noticed.length === 0 && (
        <p className="dim">
          {t(isKnown ? 'nodeScreen.overview.nothingDetail' : 'nodeScreen.probe.notYetDetail')}
          {isKnown && unread > 0 && ` ${t('nodeScreen.overview.unread', { count: unread })}`}
        </p>
      )}
      <ul className={classes.list}>
        {noticed.slice(0, shownCount).map((one) => (
          <li key={JSON.stringify(one)}>
            <span className={classes.said}>
              <IconAlertTriangle size={14} aria-hidden />
              <span>{message(one)}</span>
            </span>
            <ToSection id={sectionOfMessage(one)} />
          </li>
        ))}
      </ul>
      {noticed.length > shownCount && (
        <p className="dim">{t('nodeScreen.overview.more', { count: noticed.length - shownCount })}</p>
      )}
    </Card>
  );
}
