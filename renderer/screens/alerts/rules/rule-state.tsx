import type { ListedRule } from '#shared/contract/rules';
import { useWords } from '../../../app/i18n';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';

/** Whether a rule is judged, and how many of its alerts fire. */
export function RuleState({ rule, firing }: { rule: ListedRule; firing: number }) {
  const { t } = useWords();
  if (!rule.isOn) {
    return (
      <StateBadge tone="unknown" variant="plain">
        {t('alertScreen.ruleOff')}
      </StateBadge>
    );
  }
  return firing > 0 ? (
    <SeverityBadge severity={rule.severity} variant="plain">
      {t(`alertScreen.firing.${rule.severity}`, { count: firing })}
    </SeverityBadge>
  ) : (
    <StateBadge tone="ok" variant="plain">
      {t('alertScreen.ruleOn')}
    </StateBadge>
  );
}
