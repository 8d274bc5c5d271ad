import { ActionIcon, Button } from '@mantine/core';
import { IconArrowLeft, IconRefresh, IconX } from '@tabler/icons-react';
import type { Scan } from '#shared/domain/scan/scan';
import { RollButton } from '../../../actions/roll-button';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { Toolbar } from '../../../components/toolbar';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import { useStream } from '../../../rpc/use-stream';
import { useFleet } from '../../../stores/fleet-store';
import { useStartScan } from '../../../stores/use-start-scan';
import { FindingGroups } from './finding-groups';
import { NodeProgress } from './node-progress';
import classes from './scan.module.css';
import { scanTones } from './scan-tones';
import { Unjudged } from './unjudged';

/** One scan, followed while it runs: how far each node is, what was found, and what could not be judged. */
export function ScanScreen({ scanId }: { scanId: string }) {
  const query = useQuery(`scan.get:${scanId}`, (signal) => engine.scan.get({ scanId }, { signal }));
  useStream(
    query.data?.state === 'running' ? `scan.watch:${scanId}` : null,
    (signal) => engine.scan.watch({ scanId }, { signal }),
    (scans) => query.set((previous) => scans.at(-1) ?? previous),
  );
  return <StateView query={query}>{(scan) => <ScanView scan={scan} />}</StateView>;
}

function ScanView({ scan }: { scan: Scan }) {
  const { t } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const start = useStartScan();
  const cancel = useCall((signal) => engine.scan.cancel({ scanId: scan.id }, { signal }));
  const error = start.error ?? cancel.error;
  const whole = scan.nodes.filter(({ state }) => state === 'done').length;
  const there = scan.hostIds.filter((hostId) => hosts?.has(hostId));
  return (
    <>
      <Toolbar
        title={
          <span>
            <ActionIcon
              size="sm"
              aria-label={t('scan.backToList')}
              onClick={() => navigate({ screen: 'diagnose', scanId: 'new' })}
            >
              <IconArrowLeft size={16} aria-hidden />
            </ActionIcon>
            <span className="ellipsis">{t('scan.of', { count: scan.hostIds.length })}</span>
          </span>
        }
        info={
          <>
            {scan.state === 'done' && whole < scan.nodes.length ? (
              <StateBadge tone="warn">{t('scan.partly', { done: whole, total: scan.nodes.length })}</StateBadge>
            ) : (
              <StateBadge tone={scanTones[scan.state]}>{t(`scan.state.${scan.state}`)}</StateBadge>
            )}
            <span className="dim small ellipsis">
              <Ago atMs={scan.startedAtMs} />
            </span>
          </>
        }
      >
        {scan.state === 'running' ? (
          <Button
            variant="default"
            leftSection={<IconX size={14} aria-hidden />}
            loading={cancel.isRunning}
            onClick={() => void cancel.run()}
          >
            {t('scan.cancel')}
          </Button>
        ) : (
          there.length > 0 && (
            <>
              {there.length > 1 && <RollButton hostIds={there} />}
              <Button
                variant="default"
                leftSection={<IconRefresh size={14} aria-hidden />}
                loading={start.isRunning}
                onClick={() => void start.run(there)}
              >
                {t('scan.again')}
              </Button>
            </>
          )
        )}
      </Toolbar>
      <div className={classes.body}>
        {Boolean(error) && <ErrorView error={error} variant="inline" />}
        <NodeProgress scan={scan} />
        <FindingGroups scan={scan} />
        <Unjudged scan={scan} />
      </div>
    </>
  );
}
