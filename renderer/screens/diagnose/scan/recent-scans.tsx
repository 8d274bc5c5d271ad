import { Anchor, Text } from '@mantine/core';
import type { ScanSummary } from '#shared/domain/scan/scan';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useHostNames } from '../../../stores/fleet-store';
import classes from './scan.module.css';
import { scanTones } from './scan-tones';

/** The scans that are kept, newest first. */
export function RecentScans() {
  const { t } = useWords();
  const hostName = useHostNames();
  const scans = useQuery('scan.list', (signal) => engine.scan.list(undefined, { signal }));
  const open = ({ id }: ScanSummary) => navigate({ screen: 'diagnose', scanId: id });
  return (
    <section>
      <h2 className={classes.heading}>{t('scan.recent')}</h2>
      <StateView
        query={scans}
        lines={3}
        isEmpty={(list) => list.length === 0}
        empty={<Text c="dimmed">{t('scan.noRecent')}</Text>}
      >
        {(list) => (
          <FactTable
            label={t('scan.recent')}
            rows={list}
            rowKey={({ id }) => id}
            empty={t('scan.noRecent')}
            onSelect={open}
            columns={[
              {
                id: 'when',
                header: t('diagnoseScreen.column.when'),
                cell: (one) => (
                  <Anchor component="button" type="button" className={classes.link} onClick={() => open(one)}>
                    <Ago atMs={one.startedAtMs} />
                  </Anchor>
                ),
              },
              {
                id: 'state',
                header: t('diagnoseScreen.column.state'),
                cell: ({ state }) => (
                  <StateBadge tone={scanTones[state]} variant="plain">
                    {t(`scan.state.${state}`)}
                  </StateBadge>
                ),
              },
              {
                id: 'nodes',
                header: t('scan.nodes'),
                isWide: true,
                cell: ({ hostIds }) => <span className="ellipsis">{hostIds.map(hostName).join(', ')}</span>,
              },
            ]}
          />
        )}
      </StateView>
    </section>
  );
}
