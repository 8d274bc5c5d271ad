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
  return (
    <>
      {items.map((item, index) => {
        const holds = item.holds === null ? 'unknown' : item.holds ? 'true' : 'false';
        const Icon = icons[holds];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no other identity, and never move
          <div key={index} className={classes.compared} data-holds={holds} data-tone={tone}>
            <Icon size={12} stroke={2.5} aria-label={t(`diagnoseScreen.result.${holds}`)} />
            {item.name !== null && <span className="dim">{item.name}</span>}
            <span>
              <strong>{text(item.value)}</strong> <code>{name}</code> {operatorSigns[operator]} {text(item.limit)}
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
