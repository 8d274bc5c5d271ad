import { Anchor, Text } from '@mantine/core';
import { severities } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { useTreeTitles } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useFleet, useHostNames } from '../../../stores/fleet-store';
import { runTones } from '../run/run-tones';
import classes from './diagnose-home.module.css';
import { type RecentRow, rowsOf } from './recent-rows';

const shownRows = 50;

/** What was diagnosed lately, on one node or on all. */
export function RecentRuns({ hostId }: { hostId: string | null }) {
  const { t } = useWords();
  const runs = useQuery(`diagnosis.list:${hostId}`, (signal) =>
    engine.diagnosis.list(hostId ? { hostId } : {}, { signal }),
  );
  return (
    <section>
      <h2 className={classes.heading}>
        {t('diagnoseScreen.recent')}{' '}
        <Anchor
          component="button"
          type="button"
          className="small"
          onClick={() => navigate({ screen: 'diagnose', section: 'runs', hostId: hostId ?? undefined })}
        >
          {t('runs.showAll')}
        </Anchor>
      </h2>
      <StateView
        query={runs}
        lines={3}
        isEmpty={(list) => rowsOf(list).length === 0}
        empty={<Text c="dimmed">{t('diagnoseScreen.noRecent')}</Text>}
      >
        {(list) => <RunTable rows={rowsOf(list).slice(0, shownRows)} />}
      </StateView>
    </section>
  );
}

function RunTable({ rows }: { rows: readonly RecentRow[] }) {
  const { t, localized } = useWords();
  const titles = useTreeTitles();
  const hosts = useFleet((state) => state.hosts);
  const hostName = useHostNames();
  const open = ({ id, strandsId }: RecentRow) =>
    navigate(strandsId === null ? { screen: 'diagnose', runId: id } : { screen: 'diagnose', strandsId });
  return (
    <FactTable
      label={t('diagnoseScreen.recent')}
      rows={rows}
      rowKey={(run) => run.id}
      empty={t('diagnoseScreen.noRecent')}
      onSelect={open}
      columns={[
        {
          id: 'diagnosis',
          header: t('diagnoseScreen.column.diagnosis'),
          cell: (run) => (
            <Anchor component="button" type="button" className={classes.runLink} onClick={() => open(run)}>
              {titles.get(run.treeId) ?? run.treeId}
            </Anchor>
          ),
        },
        {
          id: 'node',
          header: t('diagnoseScreen.column.node'),
          cell: ({ hostIds, hostId }) =>
            hostIds.length > 1 ? (
              <span title={hostIds.slice(0, 40).map(hostName).join(', ')}>
                {t('strands.nodes', { count: hostIds.length })}
              </span>
            ) : hosts?.has(hostId) ? (
              hostName(hostId)
            ) : (
              <span className="dim">{t('diagnoseScreen.hostGone', { name: hostName(hostId) })}</span>
            ),
        },
        {
          id: 'state',
          header: t('diagnoseScreen.column.state'),
          cell: (run) => (
            <StateBadge tone={runTones[run.state]} variant="plain">
              {t(`diagnoseScreen.state.${run.state}`)}
            </StateBadge>
          ),
        },
        {
          id: 'findings',
          header: t('diagnoseScreen.column.findings'),
          isWide: true,
          cell: (run) =>
            run.findings.map((finding, index) => {
              const title = localized(finding.title);
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: one code can be found twice, and a finished list never moves
                <div key={index} className={classes.runFinding}>
                  <SeverityBadge
                    severity={severities.find((candidate) => candidate === finding.severity) ?? 'info'}
                    variant="plain"
                  />
                  <span className="ellipsis" title={title}>
                    {title}
                  </span>
                </div>
              );
            }),
        },
        { id: 'when', header: t('diagnoseScreen.column.when'), cell: (run) => <Ago atMs={run.startedAtMs} /> },
      ]}
    />
  );
}
