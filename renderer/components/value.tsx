import { createContext, type ReactNode, useContext } from 'react';
import type { AbsenceReason } from '#shared/domain/facts/absence';
import { commandOfFact, type ProbeInfo, type ProbeResult } from '#shared/domain/probe';
import { useWords, type Words } from '../app/i18n';
import { openProbeEvidence } from '../stores/evidence-store';
import { type Formatters, useFormat } from './format';
import classes from './value.module.css';

export type Unit =
  | 'text'
  | 'count'
  | 'bytes'
  | 'percent'
  | 'celsius'
  | 'watts'
  | 'megahertz'
  | 'seconds'
  | 'milliseconds'
  | 'flag'
  | 'switch'
  | 'gbit'
  | 'mbit';

export interface ValueSource {
  result: ProbeResult;
  info: ProbeInfo | undefined;
}

const SourceContext = createContext<ValueSource | null>(null);

/** The probe result that the values inside were read from; a click on one opens what the command printed. */
export const ValueSourceProvider = SourceContext.Provider;

export function useValueSource(): ValueSource | null {
  return useContext(SourceContext);
}

interface ValueProps {
  value: string | number | boolean | null | undefined;
  unit?: Unit;
  /** Path of the fact in the result, e.g. `gpus.0.memory.usedBytes`. */
  path?: string;
  /** Why the value is null, where the tool said so. */
  absence?: AbsenceReason;
  /** Shown instead of the formatted value, e.g. with a bar beside it. */
  children?: ReactNode;
  isMono?: boolean;
  /** Shows three lines at most; the evidence has the rest. */
  isClamped?: boolean;
}

/** One fact, formatted with its unit. Null is a dash with the reason on hover, never a zero. */
export function Value({ value, unit = 'text', path, absence, children, isMono, isClamped }: ValueProps) {
  const { t } = useWords();
  const format = useFormat();
  const source = useValueSource();
  const isAbsent = value === null || value === undefined || value === '';
  const shown = isAbsent ? '—' : (children ?? formatValue(value, unit, format, t));
  const reason = isAbsent ? t(`shell.absence.${absence ?? 'unknown'}`) : null;
  const className = isMono ? `${classes.value} mono` : classes.value;

  // Plain elements: a node has thousands of values, and each section draws hundreds of them at once.
  if (source === null || source.result.commands.length === 0) {
    return (
      <span className={className} data-absent={isAbsent || undefined} data-static title={reason ?? undefined}>
        {shown}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={className}
      data-absent={isAbsent || undefined}
      data-clamped={isClamped}
      title={reason ?? undefined}
      onClick={(event) => {
        event.stopPropagation();
        const commandId = path ? commandOfFact(source.info?.sources ?? {}, path, source.result.commands) : null;
        openProbeEvidence(source.result, commandId, path ?? null);
      }}
      aria-description={t('shell.value.showEvidence')}
      aria-label={reason ? t('shell.value.absent', { reason }) : undefined}
    >
      {shown}
    </button>
  );
}

export function formatValue(value: string | number | boolean, unit: Unit, format: Formatters, t: Words['t']): string {
  if (typeof value === 'boolean') {
    if (unit === 'switch') return t(value ? 'shell.value.on' : 'shell.value.off');
    return t(value ? 'shell.value.yes' : 'shell.value.no');
  }
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'bytes':
      return format.bytes(value);
    case 'percent':
      return format.percent(value);
    case 'celsius':
      return `${format.number(value, 0)}\u00a0°C`;
    case 'watts':
      return `${format.number(value, 0)}\u00a0W`;
    case 'megahertz':
      return `${format.number(value, 0)}\u00a0MHz`;
    case 'seconds':
      return format.duration(value * 1000);
    case 'milliseconds':
      return format.duration(value);
    case 'gbit':
      return `${format.number(value, 0)}\u00a0Gbit/s`;
    case 'mbit':
      return value >= 1000 ? `${format.number(value / 1000, 1)}\u00a0Gbit/s` : `${format.number(value, 0)}\u00a0Mbit/s`;
    default:
      return format.number(value, 2);
  }
}
