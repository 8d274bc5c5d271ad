import { Button, Progress } from '@mantine/core';
import { IconListDetails, IconRefresh, IconX } from '@tabler/icons-react';
import { memo } from 'react';
import { useWords } from '../../../app/i18n';
import { showRefreshResults, useRefreshRun } from '../../../stores/refresh-store';
import classes from '../fleet.module.css';

interface RefreshControlsProps {
  label: string;
  onStart: () => void;
}

/** Starts a refresh; while it runs, how far it is and the way to end it. */
export const RefreshControls = memo(function RefreshControls({ label, onStart }: RefreshControlsProps) {
  const { t } = useWords();
  const run = useRefreshRun((state) => state.run);
  const results = run && (
    <Button
      variant="default"
      aria-label={t('fleetScreen.results.title')}
      title={t('fleetScreen.results.title')}
      onClick={() => showRefreshResults(true)}
    >
      <IconListDetails size={14} aria-hidden />
    </Button>
  );
  if (!run?.isRunning) {
    return (
      <>
        {results}
        <Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onStart}>
          {label}
        </Button>
      </>
    );
  }
  const total = run.hosts.length;
  const words = t('fleetScreen.refreshing', { done: run.done, total });
  return (
    <div className={classes.progress} role="status">
      <span>{words}</span>
      <Progress w={96} size="sm" value={(100 * run.done) / total} aria-label={words} />
      {results}
      <Button variant="default" leftSection={<IconX size={14} aria-hidden />} onClick={run.cancel}>
        {t('fleetScreen.cancelRefresh')}
      </Button>
    </div>
  );
});
