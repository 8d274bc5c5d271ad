import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import { useWords } from '../../app/i18n';
import { minutesOf } from '../../rollouts/duration-words';
import classes from './setup.module.css';

/** Systems in the words of their makers. */
const systemNames = {
  'ubuntu-22.04': 'Ubuntu 22.04',
  'ubuntu-24.04': 'Ubuntu 24.04',
  'debian-12': 'Debian 12',
  'rhel-9': 'RHEL / Rocky / Alma 9',
} as const satisfies Record<PlaybookInfo['platforms'][number], string>;

/** What a playbook leads to, by which steps, and what it needs. */
export function AboutPlaybook({ info }: { info: PlaybookInfo }) {
  const { t, localized } = useWords();
  const { introduction, platforms, requires, steps, offline, sources } = info;
  return (
    <section className={classes.about}>
      <p>{localized(introduction)}</p>
      <p className="dim">
        {t('setupScreen.systems', { systems: platforms.map((platform) => systemNames[platform]).join(', ') })}
        {' · '}
        {t(`setupScreen.offline.${offline.can}`)}
        {offline.needs.length > 0 && `: ${offline.needs.map(localized).join('; ')}`}
      </p>
      {requires.length > 0 && (
        <p className="dim">{t('setupScreen.requires', { needs: requires.map(localized).join('; ') })}</p>
      )}
      <details>
        <summary>{t('setupScreen.steps', { count: steps.length })}</summary>
        <ol className={classes.outline}>
          {steps.map(({ id, title, isConditional, duration }) => (
            <li key={id}>
              {localized(title)}
              <span className="dim small">
                {[
                  ...(duration ? [t('setupScreen.minutes', minutesOf(duration))] : []),
                  ...(isConditional ? [t('setupScreen.conditional')] : []),
                ].join(' · ')}
              </span>
            </li>
          ))}
        </ol>
        <p className="dim small">{t('setupScreen.sources', { sources: sources.join('; ') })}</p>
      </details>
    </section>
  );
}
