import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowLeft, IconChevronDown, IconKeyboard, IconRefresh } from '@tabler/icons-react';
import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import { useCommands } from '../../../app/commands';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { IconControl } from '../../../components/icon-control';
import { StateBadge } from '../../../components/state-badge';
import { StaleBadge } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { Toolbar } from '../../../components/toolbar';
import { useTreeTitles } from '../../../findings/use-trees';
import { useHost, useHostName } from '../../../stores/fleet-store';
import { TranscriptMenu } from '../compare/transcript-menu';
import { CompareMenu } from '../strands/compare-menu';
import { IncidentMenu } from './incident-menu';
import { runTones } from './run-tones';
import { answersOf } from './use-diagnosis-run';

interface RunToolbarProps {
  run: DiagnosisRun;
  isBusy: boolean;
  onAgain: (answers: Record<string, Answers>) => void;
  /** In this run, with its answers. */
  onReadAll: () => void;
  onHelp: () => void;
}

/** What is diagnosed where, how it stands, and what can be done with the whole run. */
export function RunToolbar({ run, isBusy, onAgain, onReadAll, onHelp }: RunToolbarProps) {
  const { t } = useWords();
  const titles = useTreeTitles();
  const host = useHost(run.hostId);
  const name = useHostName(run.hostId);
  const hostName = host ? name : t('diagnoseScreen.hostGone', { name });
  const answers = answersOf(run);
  const hasAnswers = Object.keys(answers).length > 0;
  const group = t('shell.palette.thisScreen');
  useCommands(
    run.state === 'collecting' || !host
      ? []
      : [{ id: 'diagnosis.again', label: t('diagnoseScreen.again'), group, run: () => onAgain(answers) }],
  );
  return (
    <Toolbar
      title={
        <span>
          <ActionIcon
            size="sm"
            aria-label={t('diagnoseScreen.backToList')}
            onClick={() => navigate({ screen: 'diagnose', hostId: run.hostId })}
          >
            <IconArrowLeft size={16} aria-hidden />
          </ActionIcon>
          <span className="ellipsis">{titles.get(run.treeId) ?? run.treeId}</span>
        </span>
      }
      info={
        <>
          <strong className="ellipsis">{hostName}</strong>
          <StateBadge tone={runTones[run.state]}>{t(`diagnoseScreen.state.${run.state}`)}</StateBadge>
          {run.isWhatIf && <StateBadge tone="unknown">{t('diagnoseScreen.whatIf')}</StateBadge>}
          <StaleBadge atMs={run.startedAtMs} />
          <span className="dim small ellipsis">
            <Ago atMs={run.startedAtMs} />
          </span>
        </>
      }
    >
      {!run.isWhatIf && <CompareMenu run={run} />}
      {(run.state === 'waiting' || run.state === 'concluded') && !run.isWhatIf && <TranscriptMenu run={run} />}
      {run.state !== 'collecting' && !run.isWhatIf && run.path.length > 0 && (
        <IncidentMenu run={run} hostName={hostName} />
      )}
      {host && (run.state === 'waiting' || run.state === 'concluded') && (
        <Button.Group>
          <Button
            variant="default"
            leftSection={<IconRefresh size={14} aria-hidden />}
            loading={isBusy}
            onClick={() => onAgain(answers)}
          >
            {t('diagnoseScreen.again')}
          </Button>
          {(hasAnswers || !run.isWhatIf) && (
            <Menu>
              <Menu.Target>
                <Button variant="default" px={6} aria-label={t('diagnoseScreen.againMore')} disabled={isBusy}>
                  <IconChevronDown size={14} aria-hidden />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {!run.isWhatIf && <Menu.Item onClick={onReadAll}>{t('diagnoseScreen.readAllHere')}</Menu.Item>}
                {hasAnswers && (
                  <>
                    <Menu.Item onClick={() => onAgain(answers)}>{t('diagnoseScreen.againKeep')}</Menu.Item>
                    <Menu.Item onClick={() => onAgain({})}>{t('diagnoseScreen.againFresh')}</Menu.Item>
                  </>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
        </Button.Group>
      )}
      <IconControl icon={IconKeyboard} label={t('diagnoseScreen.keys.title')} onClick={onHelp} />
    </Toolbar>
  );
}
