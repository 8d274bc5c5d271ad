import { Anchor } from '@mantine/core';
import { useState } from 'react';
import { type CompatibilityRow, compatibilityGroups, type Verdict } from '#shared/domain/compatibility/report';
import { byVerdict } from '#shared/domain/compatibility/worst';
import { useWords } from '../../../app/i18n';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { Value, ValueSourceProvider } from '../../../components/value';
import { useResults } from '../probe-section';
import classes from './compatibility.module.css';

const tones: Readonly<Record<Verdict, Tone>> = {
  fits: 'ok',
  limits: 'warn',
  'does-not-fit': 'bad',
  unknown: 'unknown',
};

/** Each pair that was compared, with both values, why, and where that is written; of a group the worst first. */
export function CompatibilityTable({ rows }: { rows: readonly CompatibilityRow[] }) {
  const { t } = useWords();
  const [isAll, setAll] = useState(true);
  const fitting = rows.filter(({ verdict }) => verdict === 'fits').length;
  const shown = isAll ? rows : rows.filter(({ verdict }) => verdict !== 'fits');
  const groups = compatibilityGroups
    .map((group) => ({ group, rows: shown.filter((row) => row.group === group).sort(byVerdict) }))
    .filter((each) => each.rows.length > 0);
  return (
    <section aria-label={t('compatibility.title')}>
      <div className={classes.tableHead}>
        <h2 className={classes.head}>{t('compatibility.title')}</h2>
        {fitting > 0 && (
          <Anchor component="button" type="button" size="sm" underline="always" onClick={() => setAll(!isAll)}>
            {isAll ? t('compatibility.hideFitting') : t('compatibility.showFitting', { count: fitting })}
          </Anchor>
        )}
      </div>
      {shown.length === 0 && <p>{t('compatibility.allFits')}</p>}
      {shown.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <div className={classes.scroller} tabIndex={0}>
          <table className={classes.table} aria-label={t('compatibility.title')}>
            <thead>
              <tr>
                {(['subject', 'verdict', 'found', 'needed', 'reason'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`compatibility.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            {groups.map((each) => (
              <tbody key={each.group}>
                <tr>
                  <th scope="rowgroup" colSpan={5} className={classes.group}>
                    {t(`compatibility.group.${each.group}`)}
                  </th>
                </tr>
                {each.rows.map((row) => (
                  <Row key={row.id} row={row} />
                ))}
              </tbody>
            ))}
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ row }: { row: CompatibilityRow }) {
  const { t, message } = useWords();
  const { results, infos } = useResults();
  const result = row.evidence ? results.get(row.evidence.probeId) : undefined;
  const rule = row.ruleId === null ? null : t('compatibility.rule', { rule: row.ruleId });
  return (
    <tr>
      <th scope="row" className={classes.subject}>
        {message(row.subject)}
      </th>
      <td>
        <StateBadge tone={tones[row.verdict]} variant="plain">
          {t(`compatibility.verdict.${row.verdict}`)}
        </StateBadge>
      </td>
      <td className={classes.value}>
        <ValueSourceProvider value={result && row.evidence ? { result, info: infos.get(row.evidence.probeId) } : null}>
          <Value value={row.found} path={row.evidence?.factPath} />
        </ValueSourceProvider>
      </td>
      <td className={classes.value}>{row.needed?.replace(/([≥≤=<]) /g, '$1\u00a0') ?? '—'}</td>
      <td className={classes.reason}>
        <span>{message(row.reason)}</span>
        <span className={classes.source}>{[rule, row.source].filter(Boolean).join(' · ')}</span>
      </td>
    </tr>
  );
}
