import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import { useWords } from '../../app/i18n';
import { CopyButton } from '../../components/copy-button';
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
  const { id, introduction, platforms, requires, steps, offline, sources } = info;
  return (
    <section className={classes.about}>
      <p>{localized(introduction)}</p>
      <p className="dim">
        {t('setupScreen.systems', { systems: platforms.map((platform) => systemNames[platform]).join(', ') })}
        {' · '}
        {t(`setupScreen.offline.${offline.can}`)}
        {(offline.brings ?? []).length > 0 &&
          ` (${offline.brings?.map((kind) => t(`setupScreen.brings.${kind}`)).join(', ')})`}
        {offline.needs.length > 0 && `: ${offline.needs.map(localized).join('; ')}`}
      </p>
      {requires.length > 0 && (
        <p className="dim">{t('setupScreen.requires', { needs: requires.map(localized).join('; ') })}</p>
      )}
      {offline.can === 'with-packages' && <CarryLines playbookId={id} />}
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

/** How packages get to a node without internet: by the command line, which asks for a folder. */
function CarryLines({ playbookId }: { playbookId: string }) {
  const { t } = useWords();
  const lines = [
    `gantry playbook fetch ${playbookId} --node CONNECTED_NODE --output FOLDER`,
    'gantry playbook carry FOLDER NODE',
  ];
  return (
    <details>
      <summary>{t('setupScreen.carry')}</summary>
      {lines.map((line) => (
        <div key={line} className={classes.line}>
          <code>{line}</code>
          <CopyButton text={line} label={t('actionDialog.copy')} isCompact />
        </div>
      ))}
    </details>
  );
}
