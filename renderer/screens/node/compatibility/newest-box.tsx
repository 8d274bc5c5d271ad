import type { Newest } from '#shared/domain/compatibility/report';
import { useWords } from '../../../app/i18n';
import classes from './compatibility.module.css';

const order = ['driver', 'cudaToolkit', 'pytorch', 'triton'] as const;

/** The newest of each that a node can have, each with why and where that is written. */
export function NewestBox({ title, newest }: { title: string; newest: Newest }) {
  const { t, message } = useWords();
  const isKnown = order.some((name) => newest[name] !== null);
  return (
    <section className={classes.box} aria-label={title}>
      <h3>{title}</h3>
      {isKnown ? (
        <dl>
          {order.map((name) => (
            <div key={name}>
              <dt>{t(`compatibility.choice.${name}`)}</dt>
              <dd>
                <strong>{newest[name]?.version ?? '—'}</strong>
                <span className="dim" title={newest[name]?.source}>
                  {newest[name] ? message(newest[name].reason) : t('compatibility.noneKnown')}
                </span>
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="dim">{t('compatibility.nothingKnown')}</p>
      )}
    </section>
  );
}
