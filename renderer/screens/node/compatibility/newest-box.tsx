import type { Newest } from '#shared/domain/compatibility/report';
import { useWords } from '../../../app/i18n';
import classes from './compatibility.module.css';

const order = ['driver', 'cudaToolkit', 'pytorch', 'triton'] as const;

/** The newest of each that a node can have, each with why and where that is written. */
export function NewestBox({ title, newest }: { title: string; newest: Newest }) {
  const { t, message } = useWords();
  const known = order.flatMap((name) => (newest[name] ? [{ name, ...newest[name] }] : []));
  return (
    <section className={classes.box} aria-label={title}>
      <h3>{title}</h3>
      {known.length === 0 ? (
        <p className="dim">{t('compatibility.nothingKnown')}</p>
      ) : (
        <dl>
          {known.map(({ name, version, reason, source }) => (
            <div key={name}>
              <dt>{t(`compatibility.choice.${name}`)}</dt>
              <dd>
                <strong>{version}</strong>
                <span className="dim" title={source}>
                  {message(reason)}
                </span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
