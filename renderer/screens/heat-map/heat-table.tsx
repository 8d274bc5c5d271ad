import { Anchor } from '@mantine/core';
import { useMemo } from 'react';
import { useWords } from '../../app/i18n';
import { shownNowMs } from '../../charts/shown-clock';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import type { HeatCell, JudgedCell } from './heat-cells';
import classes from './heat-map.module.css';
import type { HeatMetric } from './heat-metrics';
import { useHeatWords } from './heat-words';

interface TableProps {
  cells: readonly HeatCell[];
  judged: readonly JudgedCell[];
  metric: HeatMetric;
  onOpen: (cell: HeatCell, isCompared: boolean) => void;
}

/** The same cells as lines of words. */
export function HeatTable({ cells, judged, metric, onOpen }: TableProps) {
  const { t } = useWords();
  const words = useHeatWords();
  const format = useFormat();
  const rows = useMemo(
    () =>
      cells.flatMap((cell, index) => {
        const state = judged[index];
        return state ? [{ cell, state }] : [];
      }),
    [cells, judged],
  );
  return (
    <div className={classes.table}>
      <FactTable
        label={t('heatMap.table')}
        empty={t('heatMap.noGpu')}
        rows={rows}
        rowKey={({ cell }) => cell.key}
        columns={[
          {
            id: 'node',
            header: t('heatMap.column.node'),
            cell: ({ cell }) => (
              <Anchor component="button" size="xs" c="inherit" onClick={(event) => onOpen(cell, event.shiftKey)}>
                {cell.node.host.spec.name}
              </Anchor>
            ),
          },
          { id: 'gpu', header: t('heatMap.column.gpu'), cell: ({ cell }) => words.gpu(cell) },
          { id: 'model', header: t('heatMap.column.model'), isWide: true, cell: ({ cell }) => cell.model ?? '–' },
          {
            id: 'value',
            header: words.name(metric),
            isNumeric: true,
            cell: ({ state }) => (state.value === null ? '–' : words.value(metric, state.value)),
          },
          { id: 'state', header: t('heatMap.column.state'), cell: ({ state }) => words.state(state) },
          {
            id: 'age',
            header: t('heatMap.column.age'),
            isNumeric: true,
            cell: ({ state: { atMs } }) => (atMs === null ? '–' : format.ago(atMs, Math.max(shownNowMs(), atMs))),
          },
        ]}
      />
    </div>
  );
}
