import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import type { StrandGroup, Strands } from '#shared/domain/strands/strands';
import { RollButton } from '../../../actions/roll-button';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { SeverityBadge } from '../../../components/state-badge';
import { useHostNames } from '../../../stores/fleet-store';
import { GroupMark } from './group-mark';
import classes from './strands.module.css';

interface GroupListProps {
  strands: Strands;
  groupId: string | null;
  onSelect: (groupId: string | null) => void;
}

/** Nodes that went the same way, the odd ones out first; each name opens its own walk. */
export function GroupList({ strands, groupId, onSelect }: GroupListProps) {
  const { t } = useWords();
  if (strands.groups.length === 0) return null;
  return (
    <section>
      <h2 className={classes.heading}>{t('strands.groups', { count: strands.groups.length })}</h2>
      <ul className={classes.cards}>
        {strands.groups.map((group, place) => (
          <GroupCard
            key={group.id}
            group={group}
            place={place}
            strands={strands}
            isSelected={group.id === groupId}
            onSelect={() => onSelect(group.id === groupId ? null : group.id)}
          />
        ))}
      </ul>
    </section>
  );
}

interface GroupCardProps {
  group: StrandGroup;
  place: number;
  strands: Strands;
  isSelected: boolean;
  onSelect: () => void;
}

const shownHosts = 12;

function GroupCard({ group, place, strands, isSelected, onSelect }: GroupCardProps) {
  const { t, localized } = useWords();
  const hostName = useHostNames();
  const [isAll, setAll] = useState(false);
  const runOf = new Map(strands.strands.map(({ hostId, runId }) => [hostId, runId]));
  const shown = isAll ? group.hostIds : group.hostIds.slice(0, shownHosts);
  return (
    <li className={`${classes.card} ${classes.group}`} data-is-selected={isSelected}>
      <GroupMark place={place} id={group.id} />
      <div>
        {group.findings.map((finding, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one code can be found twice, and the list does not move
          <div key={index} className={classes.finding}>
            <SeverityBadge severity={finding.severity} variant="plain" />
            <span>{localized(finding.title)}</span>
          </div>
        ))}
        {group.findings.length === 0 && !group.isWaiting && t('diagnoseScreen.noFindingsConcluded')}
        {group.isWaiting && <div>{t('diagnoseScreen.state.waiting')}</div>}
      </div>
      <Button size="compact-xs" variant="subtle" color="gray" aria-pressed={isSelected} onClick={onSelect}>
        {t('strands.pointOut')}
      </Button>
      <div className={classes.hosts}>
        <span className="dim">{t('strands.nodes', { count: group.hostIds.length })}</span>
        {group.hostIds.length > 1 && group.findings.some(({ severity }) => severity !== 'info') && (
          <RollButton hostIds={group.hostIds} size="compact-xs" />
        )}
        {shown.map((hostId) => (
          <Anchor
            key={hostId}
            component="button"
            type="button"
            className={classes.link}
            title={t('strands.openWalk')}
            onClick={() => navigate({ screen: 'diagnose', runId: runOf.get(hostId) })}
          >
            {hostName(hostId)}
          </Anchor>
        ))}
        {group.hostIds.length > shown.length && (
          <Button size="compact-xs" variant="default" onClick={() => setAll(true)}>
            {t('strands.allNodes', { count: group.hostIds.length - shown.length })}
          </Button>
        )}
      </div>
    </li>
  );
}
