import { Chip, Group } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Incident } from '#shared/domain/incident';
import { useWords } from '../../../app/i18n';
import { EntryView } from './entry-view';
import classes from './timeline.module.css';
import { type EntryGroup, entryGroups, groupCounts, timelineDays } from './timeline-model';

/** What happened, in order, by day. */
export function Timeline({ incident }: { incident: Incident }) {
  const { t, language } = useWords();
  const [groups, setGroups] = useState<readonly EntryGroup[]>([]);
  const counts = groupCounts(incident);
  const present = entryGroups.filter((group) => counts[group] > 0);
  const section = useRef<HTMLElement>(null);
  const newest = incident.entries.at(-1);
  const seen = useRef(newest?.id);
  // A note that was just added stands at the end, which need not be in view.
  useEffect(() => {
    if (newest?.id === seen.current) return;
    seen.current = newest?.id;
    if (newest?.kind === 'note') section.current?.scrollTo({ top: section.current.scrollHeight });
  }, [newest]);
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'full' });
  return (
    <section ref={section} className={classes.timeline} aria-label={t('incidentScreen.timeline')}>
      {present.length > 1 && (
        <Chip.Group
          multiple
          value={[...groups]}
          onChange={(values) => setGroups(entryGroups.filter((group) => values.includes(group)))}
        >
          <Group gap={6} mb="md" role="group" aria-label={t('incidentScreen.show')}>
            {present.map((group) => (
              <Chip key={group} value={group} size="xs" radius="sm" variant="outline">
                {t(`incidentScreen.entryKind.${group}`)} {counts[group]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      )}
      {timelineDays(incident, new Set(groups)).map(({ atMs, entries }) => (
        <div key={atMs}>
          <h2 className={classes.day}>{day.format(atMs)}</h2>
          <ol className={classes.entries}>
            {entries.map((entry) => (
              <EntryView key={entry.id} entry={entry} incidentId={incident.id} />
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}
