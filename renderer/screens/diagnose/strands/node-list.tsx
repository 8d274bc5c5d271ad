import { Anchor } from '@mantine/core';
import type { Strands } from '#shared/domain/strands/strands';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { useHostNames } from '../../../stores/fleet-store';
import { runTones } from '../run/run-tones';
import classes from './strands.module.css';

/** Nodes without a whole walk: still read, not reached, cancelled. They are in no group. */
export function NodeList({ strands: { strands } }: { strands: Strands }) {
  const { t, message } = useWords();
  const hostName = useHostNames();
  const rows = strands
    .filter(({ groupId }) => groupId === null)
    .sort((one, other) => Number(one.state === 'collecting') - Number(other.state === 'collecting'));
  if (rows.length === 0) return null;
  return (
    <section>
      <h2 className={classes.heading}>{t('strands.notWalked', { count: rows.length })}</h2>
      <FactTable
        label={t('strands.notWalked', { count: rows.length })}
        rows={rows}
        rowKey={({ hostId }) => hostId}
        empty=""
        columns={[
          {
            id: 'node',
            header: t('diagnoseScreen.column.node'),
            cell: ({ hostId, runId }) => (
              <Anchor
                component="button"
                type="button"
                className={classes.link}
                onClick={() => navigate({ screen: 'diagnose', runId })}
              >
                {hostName(hostId)}
              </Anchor>
            ),
          },
          {
            id: 'state',
            header: t('diagnoseScreen.column.state'),
            cell: ({ state }) => (
              <StateBadge tone={runTones[state]} variant="plain">
                {t(`diagnoseScreen.state.${state}`)}
              </StateBadge>
            ),
          },
          {
            id: 'why',
            header: t('strands.why'),
            isWide: true,
            cell: ({ state, progress, reading, error }) => {
              const { done, total } = reading ? { done: reading.done, total: reading.times } : progress;
              const words = error
                ? message(error)
                : state !== 'collecting'
                  ? null
                  : reading
                    ? t('strands.readingAgain', { done, total, seconds: reading.everyMs / 1000 })
                    : t('strands.probesRead', { done, total });
              return words && <span title={words}>{words}</span>;
            },
          },
        ]}
      />
    </section>
  );
}
