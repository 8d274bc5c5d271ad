import classes from './meter.module.css';

interface MeterProps {
  value: number;
  max: number;
  /** Says it in words for those who don't see the bar. */
  label: string;
  /** Share from which it is worth a look, and from which it is bad; a bar has no state without them. */
  warnFrom?: number;
  badFrom?: number;
  /** Gives way to its number in a narrow table. */
  isOptional?: boolean;
}

/** How much of something is used, as a quiet bar beside its number. */
export function Meter({ value, max, label, warnFrom, badFrom, isOptional }: MeterProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  const tone =
    badFrom !== undefined && share >= badFrom
      ? 'bad'
      : warnFrom !== undefined && share >= warnFrom
        ? 'warn'
        : undefined;
  return (
    <span className={classes.meter} role="img" aria-label={label} data-tone={tone} data-compact={isOptional}>
      <span className={classes.fill} style={{ width: `${share * 100}%` }} />
    </span>
  );
}
