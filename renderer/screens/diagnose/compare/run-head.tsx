import type { RunHead } from '#shared/domain/transcript/transcript';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import classes from './compare.module.css';

/** Which run it is: where, when, and from which file. */
export function RunHeadView({ label, run }: { label: string; run: RunHead }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <div className={classes.side}>
      <span className="dim small">{label}</span>
      <strong>{run.hostName}</strong>
      <span>{format.dateTime(run.startedAtMs)}</span>
      {run.madeWith && (
        <span className="dim small">
          {t('runs.madeWith', { version: run.madeWith.gantryVersion, time: format.dateTime(run.madeWith.madeAtMs) })}
        </span>
      )}
    </div>
  );
}
