import { Anchor, Text } from '@mantine/core';
import { severities } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { type RunSummary, useTreeTitles } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useFleet, useHostNames } from '../../../stores/fleet-store';
import { runTones } from '../run/run-tones';
import classes from './diagnose-home.module.css';

const shownRuns = 50;

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
        isEmpty={(list) => recent(list).length === 0}
        empty={<Text c="dimmed">{t('diagnoseScreen.noRecent')}</Text>}
      >
        {(list) => <RunTable runs={recent(list)} />}
      </StateView>
    </section>
  );
}

/** The last ones that were walked by facts: what was only assumed says nothing of a node. */
function recent(runs: readonly RunSummary[]): RunSummary[] {
  return runs
    .filter(({ isWhatIf }) => !isWhatIf)
    .sort((one, other) => other.startedAtMs - one.startedAtMs)
    .slice(0, shownRuns);
}

function RunTable({ runs }: { runs: readonly RunSummary[] }) {
  const { t, localized } = useWords();
  const titles = useTreeTitles();
  const hosts = useFleet((state) => state.hosts);
  const hostName = useHostNames();
  const open = (run: RunSummary) => navigate({ screen: 'diagnose', runId: run.id });
  return (
    <FactTable
      label={t('diagnoseScreen.recent')}
      rows={runs}
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
          cell: ({ hostId }) =>
            hosts?.has(hostId) ? (
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
