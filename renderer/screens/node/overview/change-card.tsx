import { changeWords } from '#shared/domain/parts/change-words';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { useNow } from '../../../components/use-now';
import { useSettledQuery } from '../../../parts/use-settled-query';
import { engine } from '../../../rpc/client';
import { useResults } from '../probe-section';
import { Card, ToSection } from './card';
import classes from './overview.module.css';

const shownCount = 4;

/** What was different when the node last changed, and since when it is as it is. */
export function ChangeCard() {
  const { t, message } = useWords();
  const format = useFormat();
  const now = useNow();
  const { hostId } = useResults();
  const query = useSettledQuery(hostId, `versions ${hostId}`, (signal) =>
    engine.parts.versions({ hostId }, { signal }),
  );
  const newest = query.data?.[0];
  const changes = newest?.changes ?? [];
  return (
    <Card
      title={t('nodeScreen.overview.change')}
      state={
        newest && (
          <span className="dim">
            {changes.length === 0 ? (
              <time title={format.dateTime(newest.firstSeenMs)}>
                {t('nodeScreen.overview.firstRead', {
                  ago: format.ago(newest.firstSeenMs, Math.max(now, newest.firstSeenMs)),
                })}
              </time>
            ) : (
              <Ago atMs={newest.firstSeenMs} />
            )}
          </span>
        )
      }
    >
      <StateView query={query} lines={2}>
        {() => (
          <>
            {newest === undefined && <p className="dim">{t('partsScreen.changes.none')}</p>}
            {newest && changes.length === 0 && <p className="dim">{t('partsScreen.changes.onlyOne')}</p>}
            {changes.length > 0 && (
              <ul className={classes.list}>
                {changes.slice(0, shownCount).map((change) => {
                  const words = changeWords(change, message);
                  return (
                    <li key={words}>
                      <span>{words}</span>
                    </li>
                  );
                })}
                {changes.length > shownCount && (
                  <li className="dim">{t('nodeScreen.overview.more', { count: changes.length - shownCount })}</li>
                )}
              </ul>
            )}
            <span>
              <ToSection id="changes" />
            </span>
          </>
        )}
      </StateView>
    </Card>
  );
}
