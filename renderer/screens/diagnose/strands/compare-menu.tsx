import { Button, Popover, Select } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useState } from 'react';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { useFleet } from '../../../stores/fleet-store';
import { answersOf } from '../run/use-diagnosis-run';
import classes from './strands.module.css';
import { useStartStrands } from './use-start-strands';

/** From a run to the same tree on its node and another one, a good one beside a bad one say. */
export function CompareMenu({ run }: { run: DiagnosisRun }) {
  const { t } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const [isOpen, setOpen] = useState(false);
  const start = useStartStrands();
  const others = [...(hosts?.values() ?? [])].filter(({ spec }) => spec.id !== run.hostId);
  const { strandsId, treeId, hostId } = run;
  if (strandsId)
    return (
      <Button
        variant="default"
        leftSection={<IconArrowsSplit2 size={14} aria-hidden />}
        onClick={() => navigate({ screen: 'diagnose', strandsId })}
      >
        {t('strands.together')}
      </Button>
    );
  if (others.length === 0 || !hosts?.has(hostId)) return null;
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconArrowsSplit2 size={14} aria-hidden />}
          loading={start.isRunning}
          onClick={() => setOpen(!isOpen)}
        >
          {t('strands.compare')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.compare}>
        <Select
          data-autofocus
          label={t('strands.compareWith')}
          description={t('strands.compareHelp')}
          placeholder={t('diagnoseScreen.chooseNode')}
          searchable
          comboboxProps={{ withinPortal: false }}
          data={others.map(({ spec }) => ({ value: spec.id, label: spec.name }))}
          value={null}
          onChange={(other) => {
            if (other === null) return;
            void start.run({ treeId, hostIds: [hostId, other], answers: answersOf(run) });
          }}
        />
        {others.length > 1 && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => navigate({ screen: 'diagnose', strandsId: 'new', treeId, hostId })}
          >
            {t('strands.onMany')}
          </Button>
        )}
        {Boolean(start.error) && <ErrorView error={start.error} variant="inline" />}
      </Popover.Dropdown>
    </Popover>
  );
}
