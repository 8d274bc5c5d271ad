import { Button, TextInput, Tooltip } from '@mantine/core';
import { IconHistory, IconLink, IconLinkOff, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { AuditEntry } from '#shared/domain/audit';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { notifyError } from '../../components/notify-error';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useHostNames } from '../../stores/fleet-store';
import classes from './settings.module.css';

const pageSize = 200;

export function AuditTab() {
  const words = useWords();
  const { t } = words;
  const [older, setOlder] = useState<readonly AuditEntry[]>([]);
  const [isAtEnd, setAtEnd] = useState(false);
  const query = useQuery('audit', (signal) => engine.audit.list({ limit: pageSize }, { signal }));
  const loadOlder = async (beforeSeq: number) => {
    try {
      const { entries } = await engine.audit.list({ limit: pageSize, beforeSeq });
      setOlder((known) => [...known, ...entries]);
      setAtEnd(entries.length < pageSize);
    } catch (error) {
      notifyError(error, words);
    }
  };
  return (
    <div>
      <p className={classes.explain}>{t('settings.audit.explain')}</p>
      <StateView
        query={query}
        isEmpty={({ entries }) => entries.length === 0}
        empty={
          <StatePanel icon={IconHistory} title={t('settings.audit.empty')} detail={t('settings.audit.emptyDetail')} />
        }
      >
        {({ entries, isChainIntact }) => {
          const all = [...entries, ...older];
          const last = all.at(-1);
          return (
            <>
              <AuditTable entries={all} isChainIntact={isChainIntact} />
              {last && entries.length === pageSize && !isAtEnd && (
                <Button mt="sm" variant="default" onClick={() => void loadOlder(last.seq)}>
                  {t('settings.audit.older')}
                </Button>
              )}
            </>
          );
        }}
      </StateView>
    </div>
  );
}

/** The parts of a detail, each after its name. */
function detailText(detail: AuditEntry['detail']): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');
}

function AuditTable({ entries, isChainIntact }: { entries: readonly AuditEntry[]; isChainIntact: boolean }) {
  const { t } = useWords();
  const format = useFormat();
  const [search, setSearch] = useState('');
  const needle = search.trim().toLowerCase();
  const nameOf = useHostNames();
  const hostName = ({ hostId }: AuditEntry) => (hostId ? nameOf(hostId) : '');
  const shown = needle
    ? entries.filter((entry) =>
        [entry.event, entry.actor, hostName(entry), detailText(entry.detail)].join('\n').toLowerCase().includes(needle),
      )
    : entries;
  return (
    <>
      <div className={classes.bar}>
        <StateBadge tone={isChainIntact ? 'ok' : 'bad'} icon={isChainIntact ? IconLink : IconLinkOff}>
          {t(isChainIntact ? 'settings.audit.intact' : 'settings.audit.broken')}
        </StateBadge>
        <TextInput
          w={280}
          leftSection={<IconSearch size={14} aria-hidden />}
          placeholder={t('settings.audit.search')}
          aria-label={t('settings.audit.search')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      <FactTable
        label={t('settings.audit.table')}
        rows={shown}
        rowKey={(entry) => entry.seq}
        empty={t('settings.audit.noMatch')}
        columns={[
          { id: 'seq', header: t('settings.audit.seq'), isNumeric: true, cell: (entry) => entry.seq },
          { id: 'at', header: t('settings.audit.at'), cell: (entry) => format.dateTime(entry.atMs) },
          { id: 'actor', header: t('settings.audit.actor'), cell: (entry) => entry.actor },
          { id: 'event', header: t('settings.audit.event'), cell: (entry) => <code>{entry.event}</code> },
          { id: 'host', header: t('settings.audit.host'), cell: (entry) => hostName(entry) || '—' },
          {
            id: 'detail',
            header: t('settings.audit.detail'),
            isWide: true,
            cell: (entry) => {
              const text = detailText(entry.detail);
              return (
                <span className={classes.detail} title={text}>
                  {text}
                </span>
              );
            },
          },
          {
            id: 'hash',
            header: t('settings.audit.hash'),
            cell: (entry) => (
              <Tooltip label={entry.hash}>
                <code className="dim">{entry.hash.slice(0, 8)}</code>
              </Tooltip>
            ),
          },
        ]}
      />
    </>
  );
}
