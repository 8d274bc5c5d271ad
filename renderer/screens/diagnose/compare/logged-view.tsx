import { loggedChangeWords } from '#shared/domain/transcript/logged-change-words';
import type { RunComparison } from '#shared/domain/transcript/run-comparison';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import classes from './compare.module.css';

/** What the node's own logs date: packages, starts, files of settings. */
export function LoggedView({ comparison }: { comparison: RunComparison }) {
  const { t, message } = useWords();
  const format = useFormat();
  const { logged, after } = comparison;
  if (logged === null) return null;
  const time = format.dateTime(logged.readAtMs);
  return (
    <section>
      <h2>{t('runs.logged')}</h2>
      <p className="dim small">
        {t(logged.readAtMs < after.startedAtMs ? 'runs.loggedLate' : 'runs.loggedRead', { time })}
      </p>
      {logged.changes.length === 0 ? (
        <p className="dim">{t('runs.loggedNothing')}</p>
      ) : (
        <ul className={classes.changes}>
          {logged.changes.map((change, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a package can be written twice in a second, and the list never moves
            <li key={index}>
              <span className="dim">{format.dateTime(change.atMs)}</span> {loggedChangeWords(change, message)}
            </li>
          ))}
          {logged.leftOut > 0 && <li className="dim">{t('runs.more', { count: logged.leftOut })}</li>}
        </ul>
      )}
      {logged.unread.length > 0 && (
        <p className="dim small">
          {t('runs.loggedUnread', { kinds: logged.unread.map((kind) => t(`runs.loggedKind.${kind}`)).join(', ') })}
        </p>
      )}
    </section>
  );
}
