import { IconCircleMinus, type TablerIcon } from '@tabler/icons-react';
import type { VersionChoice } from '#shared/domain/compatibility/version-choice';
import type { PackageDrift } from '#shared/domain/playbook/node-versions';
import { printable } from '#shared/domain/text';
import { useActionTitles } from '../../../actions/use-action-titles';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { useFormat } from '../../../components/format';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import classes from './versions.module.css';

const tones: Record<VersionChoice['state'], Tone> = {
  adopt: 'ok',
  install: 'unknown',
  replace: 'warn',
  none: 'bad',
  unknown: 'unknown',
};
const icons: Partial<Record<VersionChoice['state'], TablerIcon>> = { install: IconCircleMinus };
/** Worst first. */
const order = ['none', 'replace', 'unknown', 'install', 'adopt'] as const satisfies ReadonlyArray<
  VersionChoice['state']
>;

/** What is there, what fits together with it and why, and what is no longer as Gantry left it: read from the node. */
export function VersionsView({ hostId, round }: { hostId: string; round: number }) {
  const { t, message } = useWords();
  const query = useQuery(`playbooks.versions ${hostId} ${round}`, (signal) =>
    engine.playbooks.versions({ hostId }, { signal }),
  );
  if (query.error) return <ErrorView error={query.error} onRetry={query.refetch} variant="inline" />;
  if (!query.data) return <p className={classes.note}>{t('setupScreen.versions.reading')}</p>;
  const { choices, absence, drift, asOf } = query.data;
  const counts = order.flatMap((state) => {
    const count = choices.filter((choice) => choice.state === state).length;
    return count > 0 ? [{ state, count }] : [];
  });
  const byState = order.flatMap((state) => choices.filter((choice) => choice.state === state));
  return (
    <details className={classes.versions}>
      <summary>
        <span className={classes.head}>
          <strong>{t('setupScreen.versions.title')}</strong>
          {counts.map(({ state, count }) => (
            <StateBadge key={state} tone={tones[state]} icon={icons[state]} variant="plain">
              {t('setupScreen.versions.count', { state: t(`setupScreen.versions.state.${state}`), count })}
            </StateBadge>
          ))}
          {drift !== null && drift.length > 0 && (
            <StateBadge tone="warn" variant="plain">
              {t('setupScreen.versions.drifted', { count: drift.length })}
            </StateBadge>
          )}
        </span>
      </summary>
      {absence && <p className={classes.note}>{message(absence)}</p>}
      <ul className={classes.list}>
        {byState.map((choice) => (
          <Choice key={choice.part} choice={choice} />
        ))}
      </ul>
      {drift === null ? <p className={classes.note}>{t('playbooks.driftUnread')}</p> : <Drift drift={drift} />}
      <p className={classes.note}>{t('compatibility.asOf', { asOf })}</p>
    </details>
  );
}

function Choice({ choice }: { choice: VersionChoice }) {
  const { t, message } = useWords();
  const { part, state, wanted, isMinimum, installed, reason, source } = choice;
  const there = installed === null ? t('setupScreen.versions.notThere') : printable(installed);
  const fits = wanted === null ? '–' : `${isMinimum ? '≥ ' : ''}${wanted}`;
  return (
    <li>
      <StateBadge tone={tones[state]} icon={icons[state]} variant="plain">
        {t(`setupScreen.versions.state.${state}`)}
      </StateBadge>
      <strong>{t(`compatibility.part.${part}`)}</strong>
      <span className={classes.words}>
        <span>{state === 'adopt' ? there : t('setupScreen.versions.thereAndFits', { there, fits })}</span>
        <span className="dim">{message(reason)}</span>
        <span className="dim small">{source}</span>
      </span>
    </li>
  );
}

/** Packages that somebody changed since they were brought to a version here. */
function Drift({ drift }: { drift: readonly PackageDrift[] }) {
  const { t } = useWords();
  const format = useFormat();
  const titles = useActionTitles();
  if (drift.length === 0) return null;
  const gone = (version: string | null) => (version === null ? t('setupScreen.versions.gone') : printable(version));
  return (
    <ul className={classes.list}>
      {drift.map((one) => (
        <li key={one.package}>
          <StateBadge tone="warn" variant="plain">
            {t('setupScreen.versions.changed')}
          </StateBadge>
          <strong>{printable(one.package)}</strong>
          <span className={classes.words}>
            <span>{t('setupScreen.versions.drift', { applied: gone(one.applied), now: gone(one.now) })}</span>
            <span className="dim">
              {t('setupScreen.versions.driftBy', {
                action: titles.get(one.actionId) ?? one.actionId,
                at: format.dateTime(one.appliedAtMs),
              })}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
