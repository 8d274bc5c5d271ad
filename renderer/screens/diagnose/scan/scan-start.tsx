import { ActionIcon, Button, Checkbox } from '@mantine/core';
import { IconArrowLeft, IconRadar2 } from '@tabler/icons-react';
import { useId, useRef, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ConnectionBadge } from '../../../components/connection-badge';
import { ErrorView } from '../../../components/error-view';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { LoadingLines } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { FilterBar } from '../../../fleet-filter/filter-bar';
import { useFleetRows } from '../../../fleet-filter/fleet-rows';
import { useArrangedFleet } from '../../../fleet-filter/use-arranged-fleet';
import { useStartScan } from '../../../stores/use-start-scan';
import { RecentScans } from './recent-scans';
import classes from './scan.module.css';

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
  const { t, message } = useWords();
  const { shown, error, context } = useArrangedFleet(rows);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const start = useStartScan();
  const filterInput = useRef<HTMLInputElement>(null);
  const errorId = useId();
  const chosen = shown.filter(({ id }) => !leftOut.has(id));
  const choose = (ids: readonly string[], isChosen: boolean) =>
    setLeftOut((before) => {
      const next = new Set(before);
      for (const id of ids)
        if (isChosen) next.delete(id);
        else next.add(id);
      return next;
    });
  return (
    <>
      <Toolbar title={<Title />} info={t('scan.chosen', { count: chosen.length, total: rows.length })}>
        <Button
          leftSection={<IconRadar2 size={14} aria-hidden />}
          disabled={chosen.length === 0}
          loading={start.isRunning}
          onClick={() => void start.run(chosen.map(({ id }) => id))}
        >
          {t('scan.start', { count: chosen.length })}
        </Button>
      </Toolbar>
      <FilterBar input={filterInput} rows={rows} context={context} error={error} errorId={errorId} />
      <div className={classes.body}>
        <p id={errorId} role="status" className={classes.lead}>
          {error ? (
            <StateBadge tone="bad" variant="plain">
              {t('fleet.atColumn', { column: error.from + 1, problem: message(error.message) })}
            </StateBadge>
          ) : (
            <span className="dim">{t('scan.lead')}</span>
          )}
        </p>
        {Boolean(start.error) && <ErrorView error={start.error} variant="inline" />}
        <fieldset className={classes.nodes}>
          <legend>
            <Checkbox
              label={t('scan.allShown', { count: shown.length })}
              checked={shown.length > 0 && chosen.length === shown.length}
              indeterminate={chosen.length > 0 && chosen.length < shown.length}
              onChange={({ currentTarget }) =>
                choose(
                  shown.map(({ id }) => id),
                  currentTarget.checked,
                )
              }
            />
          </legend>
          <ul>
            {shown.map(({ id, host, summary }) => (
              <li key={id}>
                <Checkbox
                  label={host.spec.name}
                  checked={!leftOut.has(id)}
                  onChange={({ currentTarget }) => choose([id], currentTarget.checked)}
                />
                <span className="dim small ellipsis">
                  {summary?.gpuModels?.map(({ name, count }) => `${count} × ${name}`).join(', ')}
                </span>
                <ConnectionBadge host={host} />
              </li>
            ))}
          </ul>
        </fieldset>
        <RecentScans />
      </div>
    </>
  );
}
