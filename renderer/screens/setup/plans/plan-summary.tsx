import type { ReactNode } from 'react';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { Ago } from '../../../components/time';
import { minutesOf } from '../../../rollouts/duration-words';
import { PlanEffects } from './plan-effects';
import { isOpen } from './plan-groups';
import classes from './plans.module.css';

/** What a plan comes to, in figures; one that nobody could tell says so. */
export function PlanSummary({ plan }: { plan: PlaybookPlan }) {
  const { t } = useWords();
  const format = useFormat();
  const { steps, packages, downloadBytes, diskBytes, duration, isComplete, createdAtMs } = plan;
  const open = steps.filter(isOpen).length;
  const hasPackages = packages.length > 0;
  const bytes = (value: number | null) => (value === null ? t('setupScreen.notTold') : format.bytes(value));
  return (
    <>
      <dl className={classes.facts}>
        <Fact name={t('setupScreen.fact.steps')} value={t('setupScreen.toDo', { open, total: steps.length })} />
        {open > 0 && duration.toMinutes > 0 && (
          <Fact name={t('setupScreen.fact.time')} value={t('setupScreen.minutes', minutesOf(duration))} />
        )}
        {hasPackages && <Fact name={t('setupScreen.fact.packages')} value={format.number(packages.length)} />}
        {hasPackages && <Fact name={t('setupScreen.fact.download')} value={bytes(downloadBytes)} />}
        {hasPackages && <Fact name={t('setupScreen.fact.disk')} value={bytes(diskBytes)} />}
        <Fact name={t('setupScreen.fact.read')} value={<Ago atMs={createdAtMs} />} />
      </dl>
      {open > 0 && <PlanEffects effects={plan.effects} />}
      {!isComplete && <p className={classes.note}>{t('setupScreen.incomplete')}</p>}
    </>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
