import { Anchor, Button, SegmentedControl, Select, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import { severities } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import { Ago } from '../../../components/time';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useFleet } from '../../../stores/fleet-store';
import { QuestionForm } from '../run/question-form';
import classes from './tree-editor.module.css';
import type { Examination } from './use-examination';
import type { OpenFile } from './use-own-file';

interface TryPanelProps {
  file: Pick<OpenFile, 'name' | 'text' | 'isOpen'>;
  /** There is something wrong with it: it can't be walked. */
  isBroken: boolean;
  cases: Examination['cases'];
  run: DiagnosisRun | null;
  onRun: (run: DiagnosisRun | null) => void;
  onOpenCase: (line: number) => void;
}

/** What the text does: its tests, and a walk on what was last read of a node. */
export function TryPanel(props: TryPanelProps) {
  const { t } = useWords();
  const [shown, setShown] = useState<'node' | 'cases'>('node');
  return (
    <section className={classes.tryPanel} aria-label={t('treeEditor.try')}>
      <SegmentedControl
        size="xs"
        aria-label={t('treeEditor.try')}
        value={shown}
        onChange={setShown}
        data={[
          { value: 'node', label: t('treeEditor.tryOnNode') },
          { value: 'cases', label: t('treeEditor.runCases') },
        ]}
      />
      {shown === 'node' ? <OnNode {...props} /> : <Cases {...props} />}
    </section>
  );
}

function Cases({ cases, isBroken, onOpenCase }: TryPanelProps) {
  const { t } = useWords();
  if (!cases) return <Text c="dimmed">{t(isBroken ? 'treeEditor.brokenFirst' : 'treeEditor.noCases')}</Text>;
  return (
    <ul className={classes.caseList}>
      {cases.outcomes.map(({ name, line, path, problems }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two may have one name
        <li key={index}>
          <StateBadge tone={problems.length === 0 ? 'ok' : 'bad'} variant="plain">
            {t(problems.length === 0 ? 'treeEditor.casePassed' : 'treeEditor.caseFailed')}
          </StateBadge>
          <Anchor component="button" type="button" ta="start" onClick={() => line !== null && onOpenCase(line)}>
            {name}
          </Anchor>
          <span className="dim small ellipsis" title={path.join(' → ')}>
            {path.join(' → ')}
          </span>
        </li>
      ))}
    </ul>
  );
}

function OnNode({ file, isBroken, run, onRun }: TryPanelProps) {
  const { t, localized } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const [hostId, setHostId] = useState<string | null>(null);
  const [answers, setAnswers] = useState<Readonly<Record<string, Answers>>>({});
  const walked = useCall(async (signal, given: Readonly<Record<string, Answers>>) => {
    const text = file.text.read();
    if (text === undefined || hostId === null) return;
    const result = await engine.ownTrees.tryOn({ name: file.name, text, hostId, answers: given }, { signal });
    setAnswers(given);
    onRun(result.run);
  });
  const oldest = Math.min(...(run?.probes.flatMap(({ observedAtMs }) => observedAtMs ?? []) ?? []));
  return (
    <>
      <div className={classes.choices}>
        <Select
          size="xs"
          searchable
          aria-label={t('diagnoseScreen.node')}
          placeholder={t('diagnoseScreen.chooseNode')}
          data={[...(hosts?.values() ?? [])].map(({ spec }) => ({ value: spec.id, label: spec.name }))}
          value={hostId}
          onChange={(value) => {
            setHostId(value);
            onRun(null);
          }}
        />
        <Button
          size="xs"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          disabled={hostId === null || isBroken || !file.isOpen}
          loading={walked.isRunning}
          onClick={() => void walked.run({})}
        >
          {t('treeEditor.walk')}
        </Button>
        {run && Number.isFinite(oldest) && (
          <span className="dim small">
            {t('treeEditor.factsFrom')} <Ago atMs={oldest} />
          </span>
        )}
      </div>
      {Boolean(walked.error) && <ErrorView error={walked.error} variant="inline" />}
      {!run && <Text c="dimmed">{t(isBroken ? 'treeEditor.brokenFirst' : 'treeEditor.tryHelp')}</Text>}
      {run && run.probes.length === 0 && <Text c="dimmed">{t('treeEditor.noFacts')}</Text>}
      {run?.question && (
        <QuestionForm
          key={run.question.stepId}
          question={run.question}
          isBusy={walked.isRunning}
          onBack={null}
          onAnswer={(given) => void walked.run({ ...answers, [run.question?.stepId ?? '']: given })}
        />
      )}
      {run && (
        <ul className={classes.caseList}>
          {run.findings.map((finding) => (
            <li key={finding.id}>
              <SeverityBadge severity={severities.find((one) => one === finding.severity) ?? 'info'} variant="plain" />
              <span>{localized(finding.title)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
