import { List, Text } from '@mantine/core';
import { IconAlertTriangle, IconHandStop, IconPlugConnected, IconPlugConnectedX, IconUsers } from '@tabler/icons-react';
import type { ManualProcedure } from '#shared/domain/manual/manual-work';
import { useWords } from '../../../app/i18n';
import { CodeWords } from '../../../components/code-words';
import { StateBadge } from '../../../components/state-badge';
import classes from '../work.module.css';

/** What it is, whether the node has to be off, how many people, and what to bring. */
export function ProcedureFacts({ procedure }: { procedure: ManualProcedure }) {
  const { t, localized } = useWords();
  const { power, persons, tools } = procedure;
  return (
    <>
      <div className={classes.facts}>
        <StateBadge tone="warn" icon={IconHandStop}>
          {t('manualWork.risk')}
        </StateBadge>
        <StateBadge
          tone={power === 'off' ? 'bad' : 'info'}
          icon={power === 'off' ? IconPlugConnectedX : IconPlugConnected}
        >
          {t(`manualWork.powerState.${power}`)}
        </StateBadge>
        <StateBadge tone="info" icon={IconUsers}>
          {t('manualWork.peopleCount', { count: persons })}
        </StateBadge>
      </div>
      <Text c="dimmed">{localized(procedure.description)}</Text>
      {tools.length > 0 && (
        <section>
          <h2 className={classes.label}>{t('manualWork.tools')}</h2>
          <List size="sm" spacing={2}>
            {tools.map((tool) => (
              <List.Item key={tool.en}>{localized(tool)}</List.Item>
            ))}
          </List>
        </section>
      )}
    </>
  );
}

/** What belongs to a step beside its title. */
export function StepWords({ step }: { step: ManualProcedure['steps'][number] }) {
  const { t, localized } = useWords();
  if (!step.detail && !step.caution) return null;
  return (
    <>
      {step.detail && (
        <Text component="div" c="dimmed" className={classes.words}>
          <CodeWords text={localized(step.detail)} />
        </Text>
      )}
      {step.caution && (
        <div className={classes.caution}>
          <IconAlertTriangle size={14} aria-label={t('manualWork.caution')} />
          <span>{localized(step.caution)}</span>
        </div>
      )}
    </>
  );
}
