import { severities } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { useSettledQuery } from '../../../parts/use-settled-query';
import { engine } from '../../../rpc/client';
import { useResults } from '../probe-section';
import { Card, ToSection } from './card';
import classes from './overview.module.css';

const shownCount = 4;

/** Whether the node is what its profile says it should be. */
export function ProfileCard() {
  const { t, localized } = useWords();
  const { hostId } = useResults();
  const query = useSettledQuery(hostId, `profile ${hostId}`, (signal) => engine.profiles.check({ hostId }, { signal }));
  const { profile, findings = [], observedAtMs } = query.data ?? {};
  const known = findings.filter(({ state }) => state !== 'unknown');
  const unknown = findings.length - known.length;
  const worst = severities[Math.max(0, ...known.map(({ severity }) => severities.indexOf(severity)))];
  const isJudged = profile != null && observedAtMs != null;
  return (
    <Card
      title={t('nodeScreen.overview.profile')}
      state={
        !isJudged || (known.length === 0 && unknown > 0) ? (
          <StateBadge tone="unknown">
            {profile === null ? t('partsScreen.profile.noProfile') : t('nodeScreen.overview.notKnown')}
          </StateBadge>
        ) : known.length === 0 ? (
          <StateBadge tone="ok">{t('partsScreen.profile.asIs')}</StateBadge>
        ) : (
          <StateBadge tone={worst === 'info' ? 'info' : worst === 'warn' ? 'warn' : 'bad'}>
            {t('partsScreen.profile.differs', { count: known.length })}
          </StateBadge>
        )
      }
    >
      <StateView query={query} lines={2}>
        {() => (
          <>
            <p className="dim">
              {profile ? localized(profile.name) : t('nodeScreen.overview.noProfileDetail')}
              {profile && observedAtMs === null && ` · ${t('partsScreen.profile.notRead')}`}
              {unknown > 0 && ` · ${t('partsScreen.profile.unknown', { count: unknown })}`}
            </p>
            {known.length > 0 && (
              <ul className={classes.list}>
                {known.slice(0, shownCount).map((finding) => (
                  <li key={finding.id}>
                    <span>{localized(finding.title)}</span>
                  </li>
                ))}
                {known.length > shownCount && (
                  <li className="dim">{t('nodeScreen.overview.more', { count: known.length - shownCount })}</li>
                )}
              </ul>
            )}
            <span>
              <ToSection id="profile">{profile ? undefined : t('nodeScreen.overview.chooseProfile')}</ToSection>
            </span>
          </>
        )}
      </StateView>
    </Card>
  );
}
