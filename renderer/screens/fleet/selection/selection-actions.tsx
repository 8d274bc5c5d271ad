import { ActionIcon, Button } from '@mantine/core';
import { IconPackage, IconRadar2, IconRefresh, IconTag, IconX } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { RollButton } from '../../../actions/roll-button';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { WhenFirst } from '../../../components/when-first';
import { useRefreshRun } from '../../../stores/refresh-store';
import { useStartScan } from '../../../stores/use-start-scan';
import classes from '../fleet.module.css';

const TagDialog = lazy(async () => ({ default: (await import('./tag-dialog')).TagDialog }));

interface SelectionActionsProps {
  selected: readonly FleetNode[];
  onClear: () => void;
  onRefresh: () => void;
}

/** What can be done with the nodes that are selected. */
export function SelectionActions({ selected, onClear, onRefresh }: SelectionActionsProps) {
  const { t } = useWords();
  const isRefreshing = useRefreshRun((state) => state.run?.isRunning ?? false);
  const scan = useStartScan();
  const [isTagging, setTagging] = useState(false);
  return (
    <div className={classes.selection}>
      <strong>{t('fleetScreen.selected', { count: selected.length })}</strong>
      <Button
        variant="default"
        leftSection={<IconRefresh size={14} aria-hidden />}
        disabled={isRefreshing}
        onClick={onRefresh}
      >
        {t('fleetScreen.refreshSelected')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconRadar2 size={14} aria-hidden />}
        loading={scan.isRunning}
        onClick={() => void scan.run(selected.map(({ id }) => id))}
      >
        {t('scan.title')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconPackage size={14} aria-hidden />}
        onClick={() => navigate({ screen: 'setup', hostIds: selected.map(({ id }) => id).join(',') })}
      >
        {t('setupScreen.onThese')}
      </Button>
      <RollButton hostIds={selected.map(({ id }) => id)} />
      <Button variant="default" leftSection={<IconTag size={14} aria-hidden />} onClick={() => setTagging(true)}>
        {t('fleetScreen.tags.title')}
      </Button>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('fleetScreen.clearSelection')}
        title={t('fleetScreen.clearSelection')}
        onClick={onClear}
      >
        <IconX size={14} aria-hidden />
      </ActionIcon>
      <WhenFirst isWanted={isTagging}>
        <TagDialog isOpen={isTagging} nodes={selected} onClose={() => setTagging(false)} />
      </WhenFirst>
    </div>
  );
}
