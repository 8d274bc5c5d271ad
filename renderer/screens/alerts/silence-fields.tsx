import { Select, TextInput } from '@mantine/core';
import { useWords } from '../../app/i18n';
import { type Formatters, useFormat } from '../../components/format';
import classes from './alerts.module.css';

const HOUR_MS = 3_600_000;
const silenceSpansMs = [HOUR_MS / 2, HOUR_MS, 2 * HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS];
export const usualSpanMs = 2 * HOUR_MS;

interface SpanFieldProps {
  readonly label: string;
  readonly isWhole?: boolean;
  readonly spanMs: number;
  readonly onChange: (spanMs: number) => void;
}

/** How long a silence lasts, or how much longer. */
export function SpanField({ label, isWhole = false, spanMs, onChange }: SpanFieldProps) {
  const format = useFormat();
  return (
    <Select
      {...(isWhole ? { className: classes.whole } : { w: 120 })}
      label={label}
      allowDeselect={false}
      data={silenceSpansMs.map((ms) => ({ value: String(ms), label: spanWords(ms, format) }))}
      value={String(spanMs)}
      onChange={(value) => value && onChange(Number(value))}
    />
  );
}

interface WhyFieldProps {
  readonly description: string;
  readonly why: string;
  readonly onChange: (why: string) => void;
}

/** What the audit log keeps of it. */
export function WhyField({ description, why, onChange }: WhyFieldProps) {
  const { t } = useWords();
  return (
    <TextInput
      className={classes.whole}
      data-autofocus
      autoFocus
      label={t('alertScreen.reason')}
      description={description}
      maxLength={500}
      value={why}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** `2 h`, without the minutes that are none. */
export function spanWords(ms: number, format: Formatters): string {
  return format.duration(ms).replace(/ 0[^ ]*$/u, '');
}
