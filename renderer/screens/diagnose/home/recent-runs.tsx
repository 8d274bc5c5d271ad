import { Anchor, Table, Text } from '@mantine/core';
import { severities } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { useEngine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useFleet } from '../../../stores/fleet-store';
import { runTones } from '../run/run-tones';
import { type RunSummary, useTreeTitles } from '../use-trees';
import classes from './diagnose-home.module.css';

const shownRuns = 50;

/** What was diagnosed lately, on one node or on all. */
export function RecentRuns({ hostId }: { hostId: string | null }) {
  const { t } = useWords();
  const engine = useEngine();
  const runs = useQuery(`diagnosis.list:${hostId}`, (signal) =>
    engine.diagnosis.list(hostId ? { hostId } : {}, { signal }),
  );
  return (
    <section>
      <h2 className={classes.heading}>{t('diagnoseScreen.recent')}</h2>
      <StateView
        query={runs}
        lines={3}
        isEmpty={(list) => list.length === 0}
        empty={<Text c="dimmed">{t('diagnoseScreen.noRecent')}</Text>}
      >
        {(list) => (
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('diagnoseScreen.column.diagnosis')}</Table.Th>
                <Table.Th>{t('diagnoseScreen.column.node')}</Table.Th>
                <Table.Th>{t('diagnoseScreen.column.state')}</Table.Th>
                <Table.Th>{t('diagnoseScreen.column.findings')}</Table.Th>
                <Table.Th>{t('diagnoseScreen.column.when')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...list]
                .sort((a, b) => b.startedAtMs - a.startedAtMs)
                .slice(0, shownRuns)
                .map((run) => (
                  <RunRow key={run.id} run={run} />
                ))}
            </Table.Tbody>
          </Table>
        )}
      </StateView>
    </section>
  );
}

function RunRow({ run }: { run: RunSummary }) {
  const { t, localized } = useWords();
  const titles = useTreeTitles();
  const hostName = useFleet((state) => state.hosts?.get(run.hostId)?.spec.name);
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          component="button"
          type="button"
          className={classes.runLink}
          onClick={() => navigate({ screen: 'diagnose', runId: run.id })}
        >
          {titles.get(run.treeId) ?? run.treeId}
        </Anchor>{' '}
        {run.isWhatIf && <StateBadge tone="unknown">{t('diagnoseScreen.whatIf')}</StateBadge>}
      </Table.Td>
      <Table.Td>{hostName ?? <span className="dim">{t('diagnoseScreen.hostGone')}</span>}</Table.Td>
      <Table.Td>
        <StateBadge tone={runTones[run.state]} variant="plain">
          {t(`diagnoseScreen.state.${run.state}`)}
        </StateBadge>
      </Table.Td>
      <Table.Td>
        {run.findings.map((finding, index) => {
          const severity = severities.find((candidate) => candidate === finding.severity) ?? 'info';
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: one code can be found twice, and a finished list never moves
            <div key={index} className={classes.runFinding}>
              <SeverityBadge severity={severity} variant="plain" />
              <span>{localized(finding.title)}</span>
            </div>
          );
        })}
      </Table.Td>
      <Table.Td className={classes.when}>
        <Ago atMs={run.startedAtMs} />
      </Table.Td>
    </Table.Tr>
  );
}
