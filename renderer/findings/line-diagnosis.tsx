import { Button, Popover, Select } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useState } from 'react';
import type { LogLine } from '#shared/domain/kernel-log/log-evidence';
import { useWords } from '../app/i18n';
import { navigate } from '../app/router';
import { ErrorView } from '../components/error-view';
import { StateView } from '../components/state-view';
import { engine } from '../rpc/client';
import { useCall } from '../rpc/use-call';
import { useQuery } from '../rpc/use-query';
import { useFleet } from '../stores/fleet-store';
import { useIsReplaying } from '../stores/replay-store';
import classes from './log-evidence.module.css';
import { LogEvidenceWords } from './log-evidence-words';
import { useStartDiagnosis } from './start-diagnosis';
import { useTreeTitles } from './use-trees';

interface LineDiagnosisProps {
  /** Null: of a log that belongs to no node yet; it is asked for. */
  hostId: string | null;
  line: LogLine;
  /** Lines it was shown among. */
  around?: readonly LogLine[] | undefined;
  label?: string;
}

/** Says what a line of a kernel log means, and starts the diagnosis that looks into it, with the line as evidence. */
export function LineDiagnosis({ label, ...props }: LineDiagnosisProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const isReplaying = useIsReplaying();
  if (isReplaying) return null;
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          className={classes.open}
          size="compact-xs"
          variant="default"
          leftSection={<IconStethoscope size={12} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          {label ?? t('kernelLog.diagnoseLine')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{isOpen && <Card {...props} />}</Popover.Dropdown>
    </Popover>
  );
}

function Card({ hostId, ...line }: Omit<LineDiagnosisProps, 'label'>) {
  const { t } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const id = hostId ?? chosenId;
  return (
    <div className={classes.card}>
      {hostId === null && (
        <Select
          data-autofocus
          label={t('diagnoseScreen.node')}
          placeholder={t('kernelLog.chooseNode')}
          searchable
          comboboxProps={{ withinPortal: false }}
          data={[...(hosts?.values() ?? [])].map(({ spec }) => ({ value: spec.id, label: spec.name }))}
          value={chosenId}
          onChange={setChosenId}
        />
      )}
      {id !== null && <Judged hostId={id} {...line} />}
    </div>
  );
}

function Judged({ hostId, line, around = [] }: Omit<LineDiagnosisProps, 'label'> & { hostId: string }) {
  const { t } = useWords();
  const titles = useTreeTitles();
  const startDiagnosis = useStartDiagnosis();
  const evidence = { line, around: [...around] };
  const judged = useQuery(`knowledge.judgeLine:${JSON.stringify([hostId, evidence])}`, (signal) =>
    engine.knowledge.judgeLine({ hostId, ...evidence }, { signal }),
  );
  const start = useCall(async (signal, treeId: string) => {
    const run = await startDiagnosis({ treeId, hostId, evidence }, signal);
    navigate({ screen: 'diagnose', runId: run.id });
  });
  return (
    <StateView query={judged} lines={4}>
      {(found) => (
        <>
          <LogEvidenceWords evidence={found} />
          {Boolean(start.error) && <ErrorView error={start.error} variant="inline" />}
          {found.tree !== null && titles.has(found.tree) ? (
            <Button
              data-autofocus
              size="compact-sm"
              loading={start.isRunning}
              onClick={() => void start.run(found.tree ?? '')}
            >
              {t('kernelLog.startTree', { tree: titles.get(found.tree) ?? found.tree })}
            </Button>
          ) : (
            found.entry && <p className="dim">{t('kernelLog.noTree')}</p>
          )}
        </>
      )}
    </StateView>
  );
}
