import { Anchor } from '@mantine/core';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import { useWords } from '../../../app/i18n';
import { Time } from '../../../components/time';
import classes from './live.module.css';

interface EventListProps {
  events: readonly TelemetryEvent[];
  wordsOf: (event: TelemetryEvent) => string;
  onShow: (event: TelemetryEvent) => void;
}

/** More are on the charts; a shorter range lists them. */
const LISTED = 30;

/** What happened in the range of the charts, the newest first. */
export function EventList({ events, wordsOf, onShow }: EventListProps) {
  const { t } = useWords();
  if (events.length === 0) return null;
  const newest = [...events].sort((one, other) => other.atMs - one.atMs);
  return (
    <section aria-label={t('liveTab.events')}>
      <h2 className={classes.groupName}>{t('liveTab.events')}</h2>
      <ul className={classes.events}>
        {newest.slice(0, LISTED).map((event) => (
          <li key={event.id}>
            <Anchor component="button" type="button" size="sm" underline="always" onClick={() => onShow(event)}>
              <Time atMs={event.atMs} />
            </Anchor>
            <span>{wordsOf(event)}</span>
          </li>
        ))}
      </ul>
      {newest.length > LISTED && <p className="dim">{t('liveTab.moreEvents', { count: newest.length - LISTED })}</p>}
    </section>
  );
}
