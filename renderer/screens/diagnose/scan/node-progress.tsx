import { Anchor } from '@mantine/core';
import type { Scan, ScanNode } from '#shared/domain/scan/scan';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import { useHostNames } from '../../../stores/fleet-store';
import classes from './scan.module.css';
import { nodeTones } from './scan-tones';

/** Each node: how far it is, and the worst that was found on it. */
export function NodeProgress({ scan }: { scan: Scan }) {
  const { t, message } = useWords();
  const hostName = useHostNames();
  const rows = [...scan.nodes].sort((one, other) => order(one) - order(other));
  const judged = ({ walks }: ScanNode) => walks.filter(({ state }) => state === 'concluded').length;
  const asking = ({ walks }: ScanNode) => walks.filter(({ state }) => state === 'waiting').length;
  return (
    <FactTable
      label={t('scan.nodes')}
      rows={rows}
      rowKey={({ hostId }) => hostId}
      empty={t('scan.noHosts')}
      columns={[
        {
          id: 'node',
          header: t('diagnoseScreen.column.node'),
          cell: ({ hostId }) => (
            <Anchor
              component="button"
              type="button"
              className={classes.link}
              onClick={() => navigate({ screen: 'node', hostId })}
            >
              {hostName(hostId)}
            </Anchor>
          ),
        },
        {
          id: 'state',
          header: t('diagnoseScreen.column.state'),
          cell: ({ state, error }) => (
            <StateBadge
              tone={isInterrupted(error) ? 'warn' : nodeTones[state]}
              variant="plain"
              title={error ? message(error) : undefined}
            >
              {isInterrupted(error) ? t('scan.state.interrupted') : t(`scan.nodeState.${state}`)}
            </StateBadge>
          ),
        },
        {
          id: 'probes',
          header: t('scan.probes'),
          isNumeric: true,
          cell: ({ progress: { done, total } }) => (total === 0 ? null : `${done} / ${total}`),
        },
        {
          id: 'trees',
          header: t('scan.trees'),
          isWide: true,
          cell: (node) =>
            node.walks.length > 0 &&
            node.state !== 'failed' &&
            t(asking(node) > 0 ? 'scan.treesAsking' : 'scan.treesJudged', {
              judged: judged(node),
              total: node.walks.length,
              count: asking(node),
            }),
        },
        {
          id: 'worst',
          header: t('scan.worst'),
          cell: ({ hostId }) => {
            const worst = worstOf(scan, hostId);
            return worst && <SeverityBadge severity={worst.severity} variant="plain" />;
          },
        },
      ]}
    />
  );
}

/** Gantry itself ended while it was at the node, which may well be reached. */
function isInterrupted(error: ScanNode['error']): boolean {
  return error?.key === 'scan.interrupted';
}

/** Those that are not done with come first, then those that were not reached. */
function order({ finishedAtMs, state }: ScanNode): number {
  return finishedAtMs === null ? 0 : state === 'done' ? 2 : 1;
}

function worstOf({ ranked }: Scan, hostId: string) {
  const rank = ['fatal', 'critical', 'warn', 'info'];
  return ranked
    .map(({ finding }) => finding)
    .filter((finding) => finding.hostId === hostId)
    .sort((one, other) => rank.indexOf(one.severity) - rank.indexOf(other.severity))[0];
}
