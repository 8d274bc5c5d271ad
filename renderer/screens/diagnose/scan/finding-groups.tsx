import { Button, Text } from '@mantine/core';
import { IconSitemap } from '@tabler/icons-react';
import { isJudgedWhole, type RankedFinding, type Scan } from '#shared/domain/scan/scan';
import type { ScanChange } from '#shared/domain/scan/scan-change';
import { scanChangeWords } from '#shared/domain/scan/scan-change-words';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { Time } from '../../../components/time';
import { FindingCard } from '../../../findings/finding-card';
import { useTreeTitles } from '../../../findings/use-trees';
import { useHostNames } from '../../../stores/fleet-store';
import { IncidentMenu } from '../run/incident-menu';
import classes from './scan.module.css';

/** What is wrong, the worst first, each with its consequences folded under it. */
export function FindingGroups({ scan }: { scan: Scan }) {
  const { t } = useWords();
  const isJudged = scan.nodes.some(({ walks }) =>
    walks.some(({ state }) => state === 'concluded' || state === 'waiting'),
  );
  const roots = scan.ranked.filter(({ causeId }) => causeId === null);
  return (
    <section>
      <h2 className={classes.heading}>{t('scan.findings')}</h2>
      {roots.length === 0 && (
        <StatePanel
          variant="inline"
          tone="unknown"
          title={t(
            scan.state === 'running' ? 'scan.nothingYet' : isJudged ? 'scan.nothingFound' : 'scan.nothingJudged',
          )}
        />
      )}
      <div className={classes.groups}>
        {roots.map((root) => (
          <Group key={root.finding.id} root={root} scan={scan} />
        ))}
      </div>
      {scan.healthy.length > 0 && (
        <details className={classes.folded}>
          <summary>{t('scan.healthy', { count: scan.healthy.length })}</summary>
          <ul>
            {scan.healthy.map(({ finding }) => (
              <HealthyLine key={finding.id} finding={finding} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function HealthyLine({ finding }: Pick<RankedFinding, 'finding'>) {
  const { localized } = useWords();
  const hostName = useHostNames();
  return (
    <li>
      <strong>{hostName(finding.hostId)}</strong> {localized(finding.title)}
    </li>
  );
}

function Group({ root, scan }: { root: RankedFinding; scan: Scan }) {
  const { t } = useWords();
  const hostName = useHostNames();
  const { hostId } = root.finding;
  const consequences = consequencesOf(root, scan.ranked);
  const changes = scan.nodes.find((node) => node.hostId === hostId)?.changes ?? [];
  return (
    <div className={classes.group}>
      <div className={classes.groupHead}>
        <strong>{hostName(hostId)}</strong>
        {root.isRootCause &&
          (isJudgedWhole(scan, hostId) ? (
            <StateBadge tone="bad">{t('scan.rootCause')}</StateBadge>
          ) : (
            <StateBadge tone="unknown" title={t('scan.rootCauseSoFarWhy')}>
              {t('scan.rootCauseSoFar')}
            </StateBadge>
          ))}
      </div>
      <Ranked ranked={root} />
      {consequences.length > 0 && (
        <details className={classes.folded}>
          <summary>{t('scan.consequences', { count: consequences.length })}</summary>
          <div className={classes.consequences}>
            {consequences.map((one) => (
              <Ranked key={one.finding.id} ranked={one} />
            ))}
          </div>
        </details>
      )}
      {changes.length > 0 && (
        <details className={classes.folded}>
          <summary>{t('scan.changes', { host: hostName(hostId) })}</summary>
          <ul>
            {changes.map((change) => (
              <ChangeLine key={JSON.stringify(change)} change={change} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Ranked({ ranked: { finding, treeIds, because, locality } }: { ranked: RankedFinding }) {
  const { t } = useWords();
  const titles = useTreeTitles();
  const hostName = useHostNames();
  const origin = 'runId' in finding.origin ? finding.origin : null;
  return (
    <FindingCard finding={finding} canAct={because === null}>
      {locality && <Text c="dimmed">{t(`scan.locality.${locality.kind}`, { count: locality.count })}</Text>}
      <Text c="dimmed">
        {because !== null && `${t('scan.consequence')} (${t(`scan.because.${because}`)}). `}
        {t('scan.foundBy', { trees: treeIds.map((id) => titles.get(id) ?? id).join(', ') })}
      </Text>
      {origin && (
        <div className={classes.buttons}>
          <Button
            variant="default"
            leftSection={<IconSitemap size={14} aria-hidden />}
            onClick={() => navigate({ screen: 'diagnose', runId: origin.runId })}
          >
            {t('scan.openWalk')}
          </Button>
          <IncidentMenu
            run={{ id: origin.runId, hostId: finding.hostId, treeId: origin.treeId, findings: [finding] }}
            hostName={hostName(finding.hostId)}
          />
        </div>
      )}
    </FindingCard>
  );
}

function ChangeLine({ change }: { change: ScanChange }) {
  const { message } = useWords();
  return (
    <li>
      {'atMs' in change && <Time atMs={change.atMs} />} {scanChangeWords(change, message)}
    </li>
  );
}

/** Everything under it, also the consequences of consequences, in their order. */
function consequencesOf(root: RankedFinding, ranked: readonly RankedFinding[]): RankedFinding[] {
  const under = new Set([root.finding.id]);
  return ranked.filter(({ finding, causeId }) => {
    if (causeId === null || !under.has(causeId)) return false;
    under.add(finding.id);
    return true;
  });
}
