import { Button, Select } from '@mantine/core';
import { IconClipboardCheck, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProfileSummary } from '#shared/contract/profiles';
import { severities } from '#shared/domain/finding';
import { IncidentMenu } from '../../../actions/incident-menu';
import { useWords } from '../../../app/i18n';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { FindingCard } from '../../../findings/finding-card';
import classes from '../../../parts/parts.module.css';
import { useSettledQuery } from '../../../parts/use-settled-query';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useHostName } from '../../../stores/fleet-store';
import { MakeProfile } from './make-profile';
import { useNodeId } from './use-node-id';

/** What the node should be, and each way in which it is not. */
export function ProfileTab() {
  const words = useWords();
  const { t, localized } = words;
  const hostId = useNodeId();
  const check = useSettledQuery(hostId, `profile ${hostId}`, (signal) => engine.profiles.check({ hostId }, { signal }));
  const profiles = useQuery('profiles', (signal) => engine.profiles.list(undefined, { signal }));
  const suggested = useQuery(`profile-suggest ${hostId}`, (signal) => engine.profiles.suggest({ hostId }, { signal }));
  const [isMaking, setMaking] = useState(false);
  const assign = async (profileId: string | null) => {
    try {
      await engine.profiles.assign({ hostId, profileId });
      check.refetch();
      profiles.refetch();
    } catch (error) {
      notifyError(error, words);
    }
  };
  return (
    <>
      <div className={classes.bar}>
        <ProfileSelect
          value={check.data?.profile?.id ?? null}
          profiles={profiles.data ?? []}
          suggested={suggested.data ?? []}
          onChange={(id) => void assign(id)}
        />
        <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setMaking(true)}>
          {t('partsScreen.profile.make')}
        </Button>
        {check.data?.profile && check.data.findings.length > 0 && (
          <DifferencesMenu hostId={hostId} profileId={check.data.profile.id} />
        )}
      </div>
      {isMaking && (
        <MakeProfile
          hostId={hostId}
          onClose={() => setMaking(false)}
          onMade={(profile) => {
            setMaking(false);
            notify({ message: t('partsScreen.profile.made', { name: localized(profile.name) }) }, words);
            suggested.refetch();
            void assign(profile.id);
          }}
        />
      )}
      <StateView
        query={check}
        isEmpty={({ profile }) => profile === null}
        empty={
          <StatePanel
            icon={IconClipboardCheck}
            title={t('partsScreen.profile.none')}
            detail={t('partsScreen.profile.noneDetail')}
          />
        }
      >
        {({ profile, findings, observedAtMs }) => {
          if (observedAtMs === null) return <p className="dim">{t('partsScreen.profile.notRead')}</p>;
          const known = findings.filter(({ state }) => state !== 'unknown');
          const unknown = findings.length - known.length;
          const worst = severities[Math.max(0, ...known.map(({ severity }) => severities.indexOf(severity)))];
          const name = profile ? localized(profile.name) : '';
          return (
            <div className={classes.findings}>
              <div className={classes.bar}>
                {known.length === 0 ? (
                  <>
                    {unknown === 0 && <StateBadge tone="ok">{t('partsScreen.profile.asIs')}</StateBadge>}
                    <span className="dim">{t('partsScreen.profile.asIsDetail', { profile: name })}</span>
                  </>
                ) : (
                  <StateBadge tone={worst === 'info' ? 'info' : worst === 'warn' ? 'warn' : 'bad'}>
                    {t('partsScreen.profile.differs', { count: known.length })}
                  </StateBadge>
                )}
                {unknown > 0 && (
                  <StateBadge tone="unknown">{t('partsScreen.profile.unknown', { count: unknown })}</StateBadge>
                )}
              </div>
              {findings.map((finding) => (
                <FindingCard key={finding.id} finding={finding} canAct={false} />
              ))}
            </div>
          );
        }}
      </StateView>
    </>
  );
}

interface ProfileSelectProps {
  value: string | null;
  profiles: readonly ProfileSummary[];
  suggested: readonly ProfileSummary[];
  onChange: (profileId: string | null) => void;
}

function ProfileSelect({ value, profiles, suggested, onChange }: ProfileSelectProps) {
  const { t, localized } = useWords();
  const isSuggested = new Set(suggested.map(({ id }) => id));
  const option = ({ id, name }: ProfileSummary) => ({ value: id, label: localized(name) });
  const groups = [
    { group: t('partsScreen.profile.suggested'), items: suggested.map(option) },
    {
      group: t('partsScreen.profile.others'),
      items: profiles.filter(({ id }) => !isSuggested.has(id)).map(option),
    },
  ].filter(({ items }) => items.length > 0);
  return (
    <Select
      w={320}
      label={t('partsScreen.profile.choose')}
      placeholder={t('partsScreen.profile.noProfile')}
      data={groups}
      value={value}
      onChange={onChange}
      clearable
      searchable
    />
  );
}

/** Freezes the differences, with what they were read from, into an incident. */
function DifferencesMenu({ hostId, profileId }: { hostId: string; profileId: string }) {
  const { t } = useWords();
  const name = useHostName(hostId);
  return (
    <IncidentMenu
      hostId={hostId}
      label={t('partsScreen.profile.toIncident')}
      newTitle={t('partsScreen.profile.incidentTitle', { name })}
      add={(incidentId, signal) => engine.incidents.addProfileCheck({ incidentId, hostId, profileId }, { signal })}
    />
  );
}
