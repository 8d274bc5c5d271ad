import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import type { FoldedSteps } from './plan-groups';
import { stepIcons, stepTones } from './plan-tones';
import classes from './plans.module.css';

/** Several steps that are left out for one reason. */
export function LeftOutSteps({ steps }: { steps: FoldedSteps }) {
  const { t, localized } = useWords();
  const [{ reason }] = steps;
  return (
    <li className={classes.stepHead}>
      <span />
      <StateBadge tone={stepTones['left-out']} icon={stepIcons['left-out']} variant="plain">
        {t('setupScreen.stepState.left-out')}
      </StateBadge>
      <span className={classes.stepTitle}>
        <span>{t('setupScreen.steps', { count: steps.length })}</span>
        {reason && <span className={classes.reason}>{localized(reason)}</span>}
        <span className="dim small">{steps.map(({ title }) => localized(title)).join(' · ')}</span>
      </span>
    </li>
  );
}
