import type { SensorState } from '#shared/domain/facts/power';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { StateBadge, type Tone } from '../../../components/state-badge';

const tones: Readonly<Record<SensorState, Tone>> = {
  ok: 'ok',
  warning: 'warn',
  critical: 'bad',
  absent: 'unknown',
  unknown: 'unknown',
};

export function SensorStateBadge({ state }: { state: SensorState }) {
  const { t } = useWords();
  return (
    <StateBadge variant="plain" tone={tones[state]}>
      {t(`powerTab.state.${state}`)}
    </StateBadge>
  );
}

/** `24 °C`, `12.12 V`: volts and amperes with their decimals, the rest without. */
export function useMeasure(): (value: number | null, unit: string | null) => string | null {
  const format = useFormat();
  return (value, unit) => {
    if (value === null) return null;
    const digits = unit === 'V' || unit === 'A' ? 2 : unit === '°C' ? 1 : 0;
    return unit ? `${format.number(value, digits)}\u00a0${unit}` : format.number(value, 2);
  };
}
