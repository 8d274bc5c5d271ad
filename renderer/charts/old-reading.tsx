import type { ReactNode } from 'react';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import classes from './charts.module.css';

/** A value that was the last before silence: when that was, so that it is not taken for one of now. */
export function OldReading({ atMs, children }: { atMs: number; children: ReactNode }) {
  const { t } = useWords();
  const format = useFormat();
  const since = t('charts.table.silentSince', { time: format.time(atMs) });
  return (
    <span className={classes.old} title={since}>
      {children}
      <span className="visually-hidden">{since}</span>
    </span>
  );
}
