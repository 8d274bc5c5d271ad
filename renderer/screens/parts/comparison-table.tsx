import type { EngineClient } from '#shared/contract/index';
import { partKinds } from '#shared/domain/parts/part';
import { useWords } from '../../app/i18n';
import { StateBadge, type Tone } from '../../components/state-badge';
import classes from '../../parts/parts.module.css';
import { usePartWords } from '../../parts/use-part-words';

type Comparison = Awaited<ReturnType<EngineClient['parts']['compare']>>;
type Pair = Comparison['pairs'][number];

const tones: Record<Pair['relation'], Tone> = {
  same: 'info',
  moved: 'info',
  swapped: 'warn',
  added: 'info',
  removed: 'warn',
  'not-compared': 'unknown',
};

interface ComparisonTableProps {
  pairs: readonly Pair[];
  mode: Comparison['mode'];
  /** Also what is the same on both sides. */
  isAll: boolean;
}

/** Pairs of parts by kind, each value of both sides beside the other. */
export function ComparisonTable({ pairs, mode, isAll }: ComparisonTableProps) {
  const words = usePartWords();
  const { t } = useWords();
  return partKinds.map((kind) => {
    const shown = pairs.filter((pair) => pair.kind === kind && (isAll || pair.isDifferent));
    if (shown.length === 0) return null;
    return (
      <section key={kind} className={classes.group}>
        <h2>{words.kind(kind)}</h2>
        <table className={classes.table} aria-label={words.kind(kind)}>
          <thead>
            <tr>
              <th scope="col">{t('partsScreen.compare.part')}</th>
              <th scope="col">{t('partsScreen.compare.before')}</th>
              <th scope="col">{t('partsScreen.compare.after')}</th>
            </tr>
          </thead>
          {shown.map((pair) => (
            <PairRows key={`${pair.before?.slot} ${pair.after?.slot}`} pair={pair} mode={mode} isAll={isAll} />
          ))}
        </table>
      </section>
    );
  });
}

function PairRows({ pair, mode, isAll }: { pair: Pair; mode: Comparison['mode']; isAll: boolean }) {
  const { t } = useWords();
  const words = usePartWords();
  const { kind, relation, before, after, attributes, counters } = pair;
  const values = attributes.filter(({ state }) => isAll || state === 'different');
  const counted = counters.filter(({ state }) => isAll || state === 'different');
  const label = relation === 'moved' && mode === 'nodes' ? t('partsScreen.compare.elsewhere') : null;
  const isPlain = relation === 'same';
  return (
    <tbody>
      <tr data-is-part>
        <th scope="row">
          <span className="mono">{(after ?? before)?.slot}</span>{' '}
          {!isPlain && (
            <StateBadge tone={tones[relation]} variant="plain">
              {label ?? t(`partsScreen.compare.relation.${relation}`)}
            </StateBadge>
          )}
        </th>
        <PartCell part={before} hasSlot={before?.slot !== after?.slot} />
        <PartCell part={after} hasSlot={before?.slot !== after?.slot} />
      </tr>
      {values.map(({ name, before: one, after: other, state }) => (
        <tr key={name} data-state={state}>
          <th scope="row">{words.attribute(name)}</th>
          <td>{words.value(kind, name, one)}</td>
          <td>{words.value(kind, name, other)}</td>
        </tr>
      ))}
      {counted.map(({ name, before: one, after: other }) => (
        <tr key={`counter ${name}`} data-state="counter">
          <th scope="row">
            {words.attribute(name)} <span className="dim">({t('partsScreen.compare.counters')})</span>
          </th>
          <td>{words.value(kind, name, one)}</td>
          <td>{words.value(kind, name, other)}</td>
        </tr>
      ))}
    </tbody>
  );
}

function PartCell({ part, hasSlot }: { part: Pair['before']; hasSlot: boolean }) {
  if (!part) return <td className="dim">—</td>;
  return (
    <td>
      {part.model ?? '—'} {part.identity && <code className="dim">{part.identity}</code>}{' '}
      {hasSlot && <code className="dim">{part.slot}</code>}
    </td>
  );
}
