import { Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { DiagnosisRun, Doubt, RunChange, TreeGraph } from '#shared/domain/diagnosis';
import { printable } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { Ago } from '../../../components/time';
import { EvidenceLink } from '../../../findings/evidence-link';
import classes from './run-screen.module.css';

/** What changed with the last answers or readings, step by step. */
export function ChangeNotice({ change, tree }: { change: RunChange; tree: TreeGraph | null }) {
  const { t, localized } = useWords();
  const titles = new Map(tree?.steps.map((step) => [step.id, localized(step.title)]));
  const title = (stepId: string) => titles.get(stepId) ?? stepId;
  const { kind, stepId, steps, values, findings } = change;
  const isSame = steps.length === 0 && values.length === 0 && findings.length === 0;
  const what = t(`diagnoseScreen.change.${kind}`, {
    step: stepId === null ? t('diagnoseScreen.change.all') : title(stepId),
  });
  if (isSame) {
    return (
      <div className={classes.noticeBlock} role="status">
        <Text span fw={500}>
          {what}
        </Text>{' '}
        {t('diagnoseScreen.change.nothing')}{' '}
        <span className="dim small">
          <Ago atMs={change.atMs} />
        </span>
      </div>
    );
  }
  return (
    <details className={classes.noticeBlock} aria-live="polite">
      <summary className={classes.changeHead}>
        <Text span fw={500}>
          {what}
        </Text>{' '}
        {t('diagnoseScreen.change.summary', {
          steps: t('diagnoseScreen.change.steps', { count: steps.length }),
          findings: t('diagnoseScreen.change.findings', { count: findings.length }),
        })}{' '}
        <span className="dim small">
          <Ago atMs={change.atMs} />
        </span>
      </summary>
      <ul className={classes.changes}>
        {findings.map((finding) => (
          <li key={`${finding.kind} ${finding.code} ${finding.title.en}`}>
            {t(`diagnoseScreen.change.${finding.kind}`)} <code>{finding.code}</code> {localized(finding.title)}
          </li>
        ))}
        {steps.map((step) => (
          <li key={`${step.kind} ${step.stepId}`}>
            {step.kind === 'turned' && step.before && step.after
              ? t('diagnoseScreen.change.turned', {
                  step: title(step.stepId),
                  before: localized(step.before),
                  after: localized(step.after),
                })
              : t(step.kind === 'left' ? 'diagnoseScreen.change.left' : 'diagnoseScreen.change.joined', {
                  step: title(step.stepId),
                })}
          </li>
        ))}
        {values.map((value) => (
          <li key={`${value.stepId} ${value.expression}`}>
            <code>
              {value.expression}: {printable(value.before)} → {printable(value.after)}
            </code>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Why the facts are to be taken with care. */
export function DoubtNotice({ doubts, onRead }: { doubts: readonly Doubt[]; onRead: (() => void) | null }) {
  const { t, message } = useWords();
  return (
    <div className={classes.notice} role="status">
      <IconAlertTriangle size={16} className={classes.doubtIcon} aria-hidden />
      <ul className={classes.doubts}>
        {doubts.map((doubt) => (
          <li key={`${doubt.message.key}`}>
            {message(doubt.message)}{' '}
            {doubt.evidence.map((evidence) => (
              <span key={`${evidence.probeId} ${evidence.evidenceId}`}>
                <EvidenceLink evidence={evidence} isShort />{' '}
              </span>
            ))}
          </li>
        ))}
      </ul>
      {onRead && (
        <Button variant="default" onClick={onRead}>
          {t('diagnoseScreen.readAll')}
        </Button>
      )}
    </div>
  );
}

/** Facts older than this are said to be: what a node does changes within the hour. */
const oldFactsMs = 60 * 60_000;

/** When the oldest of what the run stands on was read; null while that is not long ago. */
export function oldestFacts({ probes }: DiagnosisRun, nowMs: number): number | null {
  const times = probes.flatMap(({ observedAtMs }) => observedAtMs ?? []);
  const oldest = times.length > 0 ? Math.min(...times) : nowMs;
  return nowMs - oldest > oldFactsMs ? oldest : null;
}

/** Says how old the facts are, where a run of earlier is gone on with, and offers newer ones. */
export function AgeNotice({ atMs, onRead }: { atMs: number; onRead: () => void }) {
  const { t } = useWords();
  return (
    <div className={classes.notice} role="status">
      <Text className={classes.noticeWords}>
        {t('diagnoseScreen.oldFacts')} <Ago atMs={atMs} />
      </Text>
      <Button variant="default" onClick={onRead}>
        {t('diagnoseScreen.readAll')}
      </Button>
    </div>
  );
}
