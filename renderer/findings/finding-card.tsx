import { Button, List, Text } from '@mantine/core';
import { IconAlertTriangle, IconStethoscope, IconTool } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { diagnosisOf, type Finding, type SuggestedAction } from '#shared/domain/finding';
import { fittingChangeWords } from '#shared/domain/scan/scan-change-words';
import { ActionDialog } from '../actions/action-dialog';
import { useActionTitles, useManualProcedures } from '../actions/use-action-titles';
import { useWords } from '../app/i18n';
import { navigate } from '../app/router';
import { SeverityBadge, StateBadge } from '../components/state-badge';
import { Time } from '../components/time';
import { useHostName } from '../stores/fleet-store';
import { EvidenceList } from './evidence-link';
import classes from './finding-card.module.css';
import { useTreeTitles } from './use-trees';

interface FindingCardProps {
  finding: Finding;
  /** Offers the suggested actions; what is frozen in an incident only tells of them. */
  canAct: boolean;
  /** The incident that an action carried out from here is recorded in. */
  incidentId?: string | null;
  isHypothetical?: boolean;
  /** Offered once an action has ended: to see what became of the finding. */
  onAgain?: () => void;
  children?: ReactNode;
}

/** One finding: how bad, what and why in plain words, what backs it, and what to do about it. */
export function FindingCard(props: FindingCardProps) {
  const { finding, canAct, isHypothetical, children } = props;
  const { t, localized, message } = useWords();
  return (
    <article className={classes.card} data-severity={finding.severity} data-is-hypothetical={isHypothetical === true}>
      <header className={classes.header}>
        <SeverityBadge severity={finding.severity} />
        {finding.state === 'unknown' && <StateBadge tone="unknown">{t('findings.notJudged')}</StateBadge>}
        <code className="dim">{finding.code}</code>
        {isHypothetical && <StateBadge tone="unknown">{t('findings.hypothetical')}</StateBadge>}
        <span className={`dim small ${classes.time}`}>
          <Time atMs={finding.observedAtMs} />
        </span>
      </header>
      <h3 className={classes.title}>{localized(finding.title)}</h3>
      <Text className={classes.words}>{localized(finding.explanation)}</Text>
      {finding.subjects.length > 0 && (
        <Part label={t('findings.about')}>
          <div className={classes.subjects}>
            {finding.subjects.map((subject) => (
              <code key={subject}>{subject}</code>
            ))}
          </div>
        </Part>
      )}
      {finding.cautions && finding.cautions.length > 0 && (
        <Part label={t('findings.cautions')}>
          {finding.cautions.map((caution) => (
            <Text key={caution.en} className={classes.caution}>
              <IconAlertTriangle size={14} aria-hidden />
              <span>{localized(caution)}</span>
            </Text>
          ))}
        </Part>
      )}
      {finding.changes && finding.changes.length > 0 && (
        <Part label={t('findings.changes')}>
          <List size="sm" spacing={2} listStyleType="disc">
            {finding.changes.map((one) => (
              <List.Item key={JSON.stringify(one.change)} className={classes.words}>
                {fittingChangeWords(one, message)}
              </List.Item>
            ))}
          </List>
        </Part>
      )}
      {finding.advice.length > 0 && (
        <Part label={t('findings.advice')}>
          <List size="sm" spacing={2} listStyleType="disc">
            {finding.advice.map((advice) => (
              <List.Item key={advice.en} className={classes.words}>
                {localized(advice)}
              </List.Item>
            ))}
          </List>
        </Part>
      )}
      {canAct && finding.actions.length > 0 && <SuggestedActions {...props} />}
      {finding.trees && finding.trees.length > 0 && <FurtherTrees treeIds={finding.trees} hostId={finding.hostId} />}
      {finding.evidence.length > 0 && (
        <Part label={t('findings.evidence')}>
          <EvidenceList evidence={finding.evidence} />
        </Part>
      )}
      {finding.sources.length > 0 && (
        <details className={classes.sources}>
          <summary>{t('findings.sources', { count: finding.sources.length })}</summary>
          <ul>
            {finding.sources.map((source) => (
              <li key={source}>{source}</li>
            ))}
          </ul>
        </details>
      )}
      {children}
    </article>
  );
}

function SuggestedActions({ finding, incidentId, onAgain }: FindingCardProps) {
  const { t, localized } = useWords();
  const titles = useActionTitles();
  const procedures = useManualProcedures();
  const hostName = useHostName(finding.hostId);
  const [chosen, setChosen] = useState<SuggestedAction | null>(null);
  const diagnosis = diagnosisOf(finding);
  const choose = (action: SuggestedAction) => {
    if (!procedures.data?.some(({ id }) => id === action.actionId)) return setChosen(action);
    const { target } = action.parameters;
    navigate({
      screen: 'work',
      section: 'manual',
      workId: 'new',
      subject: action.actionId,
      hostIds: finding.hostId,
      ...(typeof target === 'string' ? { target } : {}),
      ...(incidentId ? { incidentId } : {}),
    });
  };
  return (
    <Part label={t('findings.actions')}>
      {finding.actions.map((action) => (
        <div key={`${action.actionId} ${JSON.stringify(action.parameters)}`} className={classes.action}>
          <Button variant="default" leftSection={<IconTool size={14} aria-hidden />} onClick={() => choose(action)}>
            {titles.get(action.actionId) ?? action.actionId}…
          </Button>
          {action.why && (
            <Text c="dimmed" className={classes.words}>
              {localized(action.why)}
            </Text>
          )}
        </div>
      ))}
      {chosen && (
        <ActionDialog
          actionId={chosen.actionId}
          hostId={finding.hostId}
          parameters={chosen.parameters}
          why={chosen.why}
          incidentId={incidentId ?? null}
          newIncident={
            diagnosis && {
              title: t('findings.onHost', { finding: localized(finding.title), host: hostName }),
              diagnosisRunId: diagnosis.runId,
            }
          }
          onAgain={onAgain}
          onClose={() => setChosen(null)}
        />
      )}
    </Part>
  );
}

/** Diagnoses that look further, started with a click on their own page. */
function FurtherTrees({ treeIds, hostId }: { treeIds: readonly string[]; hostId: string }) {
  const { t } = useWords();
  const titles = useTreeTitles();
  return (
    <Part label={t('findings.further')}>
      <div className={classes.subjects}>
        {treeIds.map((treeId) => (
          <Button
            key={treeId}
            variant="default"
            leftSection={<IconStethoscope size={14} aria-hidden />}
            onClick={() => navigate({ screen: 'diagnose', hostId, treeId })}
          >
            {titles.get(treeId) ?? treeId}
          </Button>
        ))}
      </div>
    </Part>
  );
}

function Part({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h4 className={classes.label}>{label}</h4>
      {children}
    </section>
  );
}
