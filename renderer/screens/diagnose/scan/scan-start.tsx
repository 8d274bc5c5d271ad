import { ActionIcon, Button } from '@mantine/core';
import { IconArrowLeft, IconRadar2 } from '@tabler/icons-react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { StatePanel } from '../../../components/state-panel';
import { LoadingLines } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { ChooseNodes } from '../../../fleet-filter/choose-nodes';
import { useFleetRows } from '../../../fleet-filter/fleet-rows';
import { useStartScan } from '../../../stores/use-start-scan';
import { RecentScans } from './recent-scans';

/** Which nodes to scan, by the filter of the fleet, and what was scanned lately. */
export function ScanStart() {
  const { t } = useWords();
  const rows = useFleetRows();
  if (rows && rows.length > 0) return <Choice rows={rows} />;
  return (
    <>
      <Toolbar title={<Title />} />
      {rows === undefined ? (
        <LoadingLines />
      ) : (
        <StatePanel title={t('diagnoseScreen.noNodes')}>
          <Button onClick={() => navigate({ screen: 'fleet' })}>{t('shell.toFleet')}</Button>
        </StatePanel>
      )}
    </>
  );
}

function Title() {
  const { t } = useWords();
  return (
    <span>
      <ActionIcon
        size="sm"
        aria-label={t('diagnoseScreen.backToList')}
        onClick={() => navigate({ screen: 'diagnose' })}
      >
        <IconArrowLeft size={16} aria-hidden />
      </ActionIcon>
      <span className="ellipsis">{t('scan.title')}</span>
    </span>
  );
}

function Choice({ rows }: { rows: readonly FleetNode[] }) {
  const { t } = useWords();
  const start = useStartScan();
  return (
    <ChooseNodes
      rows={rows}
      lead={t('scan.lead')}
      notice={Boolean(start.error) && <ErrorView error={start.error} variant="inline" />}
      head={(chosen) => (
        <Toolbar title={<Title />} info={t('scan.chosen', { count: chosen.length, total: rows.length })}>
          <Button
            leftSection={<IconRadar2 size={14} aria-hidden />}
            disabled={chosen.length === 0}
            loading={start.isRunning}
            onClick={() => void start.run(chosen)}
          >
            {t('scan.start', { count: chosen.length })}
          </Button>
        </Toolbar>
      )}
    >
      {() => <RecentScans />}
    </ChooseNodes>
  );
}
