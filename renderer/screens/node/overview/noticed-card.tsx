import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import type { Message } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { staleAfterMs } from '../../../components/state-view';
import { useNow } from '../../../components/use-now';
import { useSettledQuery } from '../../../parts/use-settled-query';
import { engine } from '../../../rpc/client';
import { useHost, useSummary } from '../../../stores/fleet-store';
import { useResults } from '../probe-section';
import { type SectionId, sectionOfMessage } from '../sections';
import { Card, ToSection } from './card';
import classes from './overview.module.css';

const shownCount = 8;

interface Line {
  words: string;
  section: SectionId;
  tone: 'warn' | 'bad';
}

/** What needs a look: facts that speak for themselves, and software that does not fit. Not a diagnosis. */
export function NoticedCard() {
  const { t, message } = useWords();
  const now = useNow();
  const { hostId, results } = useResults();
  const isBundle = useHost(hostId)?.spec.kind === 'bundle';
  const summary = useSummary(hostId);
  const fit = useSettledQuery(hostId, `compatibility/${hostId}`, (signal) =>
    engine.compatibility.judge({ hostId }, { signal }),
  );
  const attention: readonly Message[] = summary?.attention ?? [];
  const misfits = (fit.data?.rows ?? []).filter(({ verdict }) => verdict === 'does-not-fit');
  const lines: Line[] = [
    ...attention.map((one) => ({ words: message(one), section: sectionOfMessage(one), tone: 'warn' as const })),
    ...misfits.map(({ subject, reason }) => ({
      words: t('shell.titleThen', { title: message(subject), detail: message(reason) }),
      section: 'compatibility' as const,
      tone: 'bad' as const,
    })),
  ];
  const observedAtMs = summary?.observedAtMs ?? null;
  const isKnown = observedAtMs !== null;
  const unread = [...results.values()].filter(({ state }) => state !== 'ok' && state !== 'missing-tool').length;
  // Of something unread or old nobody knows that it is well.
  const isWhole = unread === 0 && (isBundle || (isKnown && now - observedAtMs <= staleAfterMs)) && !fit.error;
  return (
    <Card
      title={t('nodeScreen.overview.noticed')}
      state={
        lines.length > 0 ? (
          <StateBadge tone="warn">{t('nodeScreen.tabNoticed', { count: lines.length })}</StateBadge>
        ) : isKnown && !summary?.isCollecting ? (
          <StateBadge tone={isWhole ? 'ok' : 'unknown'}>{t('nodeScreen.overview.nothing')}</StateBadge>
        ) : (
          <StateBadge tone="unknown">{t('nodeScreen.overview.notKnown')}</StateBadge>
        )
      }
    >
      {lines.length === 0 && (
        <p className="dim">
          {t(isKnown ? 'nodeScreen.overview.nothingDetail' : 'nodeScreen.probe.notYetDetail')}
          {isKnown && unread > 0 && ` ${t('nodeScreen.overview.unread', { count: unread })}`}
        </p>
      )}
      <ul className={classes.list}>
        {lines.slice(0, shownCount).map(({ words, section, tone }) => (
          <li key={words}>
            <span className={classes.said} data-tone={tone}>
              {tone === 'bad' ? <IconCircleX size={14} aria-hidden /> : <IconAlertTriangle size={14} aria-hidden />}
              <span>{words}</span>
            </span>
            <ToSection id={section} />
          </li>
        ))}
      </ul>
      {lines.length > shownCount && (
        <p className="dim">{t('nodeScreen.overview.more', { count: lines.length - shownCount })}</p>
      )}
    </Card>
  );
}
