import { Anchor } from '@mantine/core';
import type { Preflight, PreflightCheck } from '#shared/domain/playbook/preflight';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { groupsBy } from '../../../rollouts/plan-groups';
import { engine } from '../../../rpc/client';
import { type Query, useQuery } from '../../../rpc/use-query';
import { openEvidence } from '../../../stores/evidence-store';
import { useHostNames } from '../../../stores/fleet-store';
import classes from './plans.module.css';

const tones: Record<PreflightCheck['outcome'], Tone> = { pass: 'ok', warn: 'warn', fail: 'bad', unknown: 'unknown' };

/** Of what is planned; null: that is not known yet. */
export function usePreflight(
  hostIds: readonly string[],
  playbookId: string,
  planIds: readonly string[] | null,
): Query<Preflight[]> {
  const key = planIds && `playbooks.preflight ${playbookId} ${hostIds.join()} ${planIds.join()}`;
  return useQuery(key, (signal) =>
    engine.playbooks.preflight({ hostIds: [...hostIds], playbookId, planIds: [...(planIds ?? [])] }, { signal }),
  );
}

/** Whether the nodes can be set up at all: what is not as it should be, with its remedy, once for all nodes it is so on. */
export function PreflightView({ query }: { query: Query<Preflight[]> }) {
  const { t } = useWords();
  if (query.error) return <ErrorView error={query.error} onRetry={query.refetch} variant="inline" />;
  if (!query.data) return <p className="dim">{t('setupScreen.preflight.running')}</p>;
  return <Checks preflights={query.data} />;
}

function Checks({ preflights }: { preflights: readonly Preflight[] }) {
  const { t } = useWords();
  const all = preflights.flatMap(({ hostId, checks }) => checks.map((check) => ({ hostId, check })));
  const passed = all.filter(({ check }) => check.outcome === 'pass').length;
  const alike = (outcome: PreflightCheck['outcome']) =>
    groupsBy(
      all.filter(({ check }) => check.outcome === outcome),
      ({ check }) => [check.id, check.value.en, check.reason?.en],
    );
  const open = [...alike('fail'), ...alike('unknown')];
  const warnings = alike('warn');
  const isOfMany = preflights.length > 1;
  return (
    <section>
      <h2 className={classes.heading}>{t('setupScreen.preflight.title')}</h2>
      {open.length > 0 && <CheckList checks={open} isOfMany={isOfMany} />}
      {warnings.length > 0 && (
        <details className={classes.packages}>
          <summary>
            <StateBadge tone="warn" variant="plain">
              {t('setupScreen.preflight.warnings', { count: warnings.length })}
            </StateBadge>
          </summary>
          <CheckList checks={warnings} isOfMany={isOfMany} />
        </details>
      )}
      {passed > 0 && (
        <p className={classes.passed}>
          <StateBadge tone="ok" variant="plain">
            {t('actionDialog.checksPassed', { count: passed })}
          </StateBadge>
        </p>
      )}
    </section>
  );
}

type Found = { readonly hostId: string; readonly check: PreflightCheck };

interface CheckListProps {
  checks: ReadonlyArray<readonly [Found, ...Found[]]>;
  isOfMany: boolean;
}

function CheckList({ checks, isOfMany }: CheckListProps) {
  const { t, localized } = useWords();
  const hostName = useHostNames();
  return (
    <ul className={classes.list}>
      {checks.map(([{ hostId, check }, ...others]) => (
        <li key={hostId + check.id} className={classes.check}>
          <StateBadge tone={tones[check.outcome]} variant="plain">
            {t(`actionDialog.checkOutcome.${check.outcome}`)}
          </StateBadge>
          <div className={classes.words}>
            <strong>{localized(check.title)}</strong>{' '}
            {isOfMany && (
              <span className="dim">{[hostId, ...others.map((other) => other.hostId)].map(hostName).join(', ')}</span>
            )}
            <div>{localized(check.value)}</div>
            {check.reason && <div className="dim">{localized(check.reason)}</div>}
            {check.remedy && <div className="dim">{localized(check.remedy)}</div>}
          </div>
          {check.evidence[0] && <Output evidenceId={check.evidence[0].evidenceId} />}
        </li>
      ))}
    </ul>
  );
}

function Output({ evidenceId }: { evidenceId: string }) {
  const { t } = useWords();
  return (
    <Anchor component="button" type="button" size="xs" underline="always" onClick={() => openEvidence(evidenceId)}>
      {t('actionDialog.output')}
    </Anchor>
  );
}
