import { Anchor, Text } from '@mantine/core';
import type { StrandsSummary } from '#shared/domain/strands/strands';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { useTreeTitles } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useHostNames } from '../../../stores/fleet-store';
import classes from './strands.module.css';

/** More names than this say less than their number. */
const shownNames = 40;

/** Nodes that were walked together before, newest first. */
export function RecentStrands() {
  const { t } = useWords();
  const titles = useTreeTitles();
  const hostName = useHostNames();
  const groups = useQuery('strands.list', (signal) => engine.strands.list(undefined, { signal }));
  const open = ({ id }: StrandsSummary) => navigate({ screen: 'diagnose', strandsId: id });
  return (
    <section>
      <h2 className={classes.heading}>{t('strands.recent')}</h2>
      <StateView
        query={groups}
        lines={3}
        isEmpty={(list) => list.length === 0}
        empty={<Text c="dimmed">{t('scan.noRecent')}</Text>}
      >
        {(list) => (
          <FactTable
            label={t('strands.recent')}
            rows={list}
            rowKey={({ id }) => id}
            empty={t('scan.noRecent')}
            onSelect={open}
            columns={[
              {
                id: 'tree',
                header: t('strands.tree'),
                cell: (one) => (
                  <Anchor component="button" type="button" className={classes.link} onClick={() => open(one)}>
                    {titles.get(one.treeId) ?? one.treeId}
                  </Anchor>
                ),
              },
              {
                id: 'count',
                header: t('scan.nodes'),
                isNumeric: true,
                cell: ({ hostIds }) => hostIds.length,
              },
              {
                id: 'names',
                header: '',
                isWide: true,
                cell: ({ hostIds }) => {
                  const names = hostIds.slice(0, shownNames).map(hostName).join(', ');
                  return <span title={names}>{hostIds.length > shownNames ? `${names} …` : names}</span>;
                },
              },
              {
                id: 'when',
                header: t('diagnoseScreen.column.when'),
                cell: ({ startedAtMs }) => <Ago atMs={startedAtMs} />,
              },
            ]}
          />
        )}
      </StateView>
    </section>
  );
}
