import { IconCheck, IconQuestionMark, IconX } from '@tabler/icons-react';
import type { Comparison } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import type { Tone } from '../../../components/state-badge';
import { EvidenceLink } from '../../../findings/evidence-link';
import { quantityText } from './quantity-text';
import classes from './side-panel.module.css';

const icons = { true: IconCheck, false: IconX, unknown: IconQuestionMark };

interface ComparisonListProps {
  comparisons: readonly Comparison[];
  /** How bad it is where a value is past its limit: that of the finding it leads to. */
  tone: Tone;
}

/** Each value beside the limit it was held against, whether the condition holds for it, and what the limit comes from. */
export function ComparisonList({ comparisons, tone }: ComparisonListProps) {
  const { t } = useWords();
  if (comparisons.length === 0) return null;
  return (
    <ul className={classes.comparisons} aria-label={t('diagnoseScreen.limits')}>
      {comparisons.map((comparison) => (
        <li key={`${comparison.rule} ${comparison.expression} ${comparison.operator} ${comparison.limitExpression}`}>
          <Compared comparison={comparison} tone={tone} />
          <Source comparison={comparison} />
        </li>
      ))}
    </ul>
  );
}

function Compared({ comparison, tone }: { comparison: Comparison; tone: Tone }) {
  const { t } = useWords();
  const format = useFormat();
  const { expression, operator, items, itemCount } = comparison;
  const name = expression.split('.').at(-1) ?? expression;
  const text = (value: number | null) =>
    value === null ? t('diagnoseScreen.notKnown') : quantityText(name, value, format);
  const rows = new Map<string, Comparison['items']>();
  for (const item of items) {
    const key = `${item.holds} ${text(item.value)} ${text(item.limit)}`;
    rows.set(key, [...(rows.get(key) ?? []), item]);
  }
  return (
    <>
      {[...rows].map(([key, alike]) => {
        const [first] = alike;
        if (!first) return null;
        const holds = first.holds === null ? 'unknown' : first.holds ? 'true' : 'false';
        const Icon = icons[holds];
        const names = alike.flatMap((item) => item.name ?? []);
        return (
          <div key={key} className={classes.compared} data-holds={holds} data-tone={tone}>
            <Icon size={12} stroke={2.5} aria-label={t(`diagnoseScreen.result.${holds}`)} />
            <span>
              {names.length > 0 && <span className="dim">{names.join(', ')} </span>}
              <strong>{text(first.value)}</strong> <code>{name}</code>{' '}
              {holds === 'false' ? opposites[operator] : operatorSigns[operator]} {text(first.limit)}
            </span>
          </div>
        );
      })}
      {itemCount > items.length && (
        <div className="dim small">{t('diagnoseScreen.moreCompared', { count: itemCount - items.length })}</div>
      )}
    </>
  );
}

const operatorSigns = { '<': '<', '<=': '≤', '>': '>', '>=': '≥' } as const;
/** What is so where a comparison does not hold. */
const opposites = { '<': '≥', '<=': '>', '>': '≤', '>=': '<' } as const;

/** Where a limit comes from: the rule of the tree that holds it, and what that cites. */
function Source({ comparison }: { comparison: Comparison }) {
  const { t } = useWords();
  const { rule, note, sources, evidence } = comparison;
  return (
    <div className={classes.limitSource}>
      <details>
        <summary>{t('diagnoseScreen.limitSource')}</summary>
        <code>
          {rule ? `${rule}: ` : ''}
          {comparison.expression} {comparison.operator} {comparison.limitExpression}
        </code>
        {note && <div>{note}</div>}
        {sources.length > 0 && (
          <ul>
            {sources.map((source) => (
              <li key={source}>{source}</li>
            ))}
          </ul>
        )}
      </details>
      {evidence && <EvidenceLink evidence={evidence} isShort />}
    </div>
  );
}
