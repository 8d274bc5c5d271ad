import { Anchor } from '@mantine/core';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import { useWords } from '../../../app/i18n';
import { annotationId } from '../../../charts/annotation-words';
import { Time } from '../../../components/time';
import { LineDiagnosis } from '../../../findings/line-diagnosis';
import classes from './live.module.css';

interface EventListProps {
  happened: readonly Annotation[];
  wordsOf: (annotation: Annotation) => string;
  onShow: (annotation: Annotation) => void;
}

/** More are on the charts; a shorter range lists them. */
const LISTED = 30;

/** What happened in the range of the charts, the newest first. */
export function EventList({ happened, wordsOf, onShow }: EventListProps) {
  const { t } = useWords();
  if (happened.length === 0) return null;
  const newest = [...happened].sort((one, other) => other.atMs - one.atMs);
  return (
    <section aria-label={t('liveTab.events')}>
      <h2 className={classes.groupName}>{t('liveTab.events')}</h2>
      <ul className={classes.events}>
        {newest.slice(0, LISTED).map((annotation) => (
          <li key={annotationId(annotation)}>
            <Anchor component="button" type="button" size="sm" underline="always" onClick={() => onShow(annotation)}>
              <Time atMs={annotation.atMs} />
            </Anchor>
            <span>{wordsOf(annotation)}</span>
            {annotation.kind === 'event' &&
              (annotation.body.kind === 'xid' || annotation.body.kind === 'kernel-log') && (
                <LineDiagnosis
                  hostId={annotation.hostId}
                  line={{ text: annotation.body.message, atMs: annotation.atMs }}
                />
              )}
          </li>
        ))}
      </ul>
      {newest.length > LISTED && <p className="dim">{t('liveTab.moreEvents', { count: newest.length - LISTED })}</p>}
    </section>
  );
}
