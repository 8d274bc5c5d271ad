import { useMemo } from 'react';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../../app/i18n';
import { useFormat } from '../../components/format';
import type { HeatCell, JudgedCell } from './heat-cells';
import { type HeatMetric, isDerived } from './heat-metrics';

export interface HeatWords {
  name: (metric: HeatMetric) => string;
  /** What there is to know about it, also why it may be unknown. */
  help: (metric: HeatMetric) => string | null;
  /** `86 °C`. */
  value: (metric: HeatMetric, value: number) => string;
  gpu: (cell: HeatCell) => string;
  state: (judged: JudgedCell) => string;
}

export function useHeatWords(): HeatWords {
  const { t, message } = useWords();
  const format = useFormat();
  return useMemo(
    () => ({
      name: ({ id }) => (isDerived(id) ? t(`heatMap.metric.${id}`) : metricWords(id, message).name),
      help: ({ id }) => (isDerived(id) ? t(`heatMap.help.${id}`) : metricWords(id, message).help),
      value: ({ unit, digits }, value) => {
        const figure = format.number(value, digits);
        return unit === '%' ? `${figure}%` : `${figure}\u00a0${unit}`;
      },
      gpu: ({ index, subject, pciBusId }) => {
        if (pciBusId !== null) return t('heatMap.gpuAt', { busId: pciBusId });
        return index === null
          ? t('heatMap.gpuUnlisted', { id: (subject ?? '').replace(/^gpu /, '') })
          : t('heatMap.gpu', { index });
      },
      state: ({ kind, isThrottled }) =>
        isThrottled
          ? t('heatMap.stateAndThrottled', { state: t(`heatMap.state.${kind}`) })
          : t(`heatMap.state.${kind}`),
    }),
    [t, message, format],
  );
}
