import { Anchor, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconId, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { PassportSummary } from '#shared/domain/parts/history';
import { type PartKind, partKinds } from '#shared/domain/parts/part';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { FactTable } from '../../components/fact-table';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import classes from '../../parts/parts.module.css';
import { usePartWords } from '../../parts/use-part-words';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useHostNames } from '../../stores/fleet-store';

const limit = 200;

/** Every part that can be told from all others, found by any piece of what it is known as. */
export function SearchTab() {
  const { t } = useWords();
  const words = usePartWords();
  const [typed, setTyped] = useState('');
  const [kind, setKind] = useState<PartKind | null>(null);
  const [text] = useDebouncedValue(typed, 150);
  const query = useQuery(`part-search ${kind ?? ''} ${text}`, (signal) =>
    engine.parts.search({ text, limit, ...(kind ? { kind } : {}) }, { signal }),
  );
  return (
    <>
      <div className={classes.bar}>
        <TextInput
          w={360}
          label={t('partsScreen.search.label')}
          placeholder={t('partsScreen.search.placeholder')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Select
          label={t('partsScreen.search.kind')}
          placeholder={t('partsScreen.search.anyKind')}
          data={partKinds.map((one) => ({ value: one, label: words.kind(one) }))}
          value={kind}
          onChange={(next) => setKind(partKinds.find((one) => one === next) ?? null)}
          clearable
        />
      </div>
      <StateView
        query={query}
        isEmpty={(found) => found.length === 0}
        empty={
          text === '' && kind === null ? (
            <StatePanel
              icon={IconId}
              title={t('partsScreen.search.empty')}
              detail={t('partsScreen.search.emptyDetail')}
            />
          ) : (
            <p className="dim">{t('partsScreen.search.noneMatch')}</p>
          )
        }
      >
        {(found) => (
          <div>
            <PassportTable found={found} />
            {found.length === limit && <p className="dim">{t('partsScreen.search.atMost', { count: limit })}</p>}
          </div>
        )}
      </StateView>
    </>
  );
}

function PassportTable({ found }: { found: readonly PassportSummary[] }) {
  const { t } = useWords();
  const words = usePartWords();
  const nameOf = useHostNames();
  return (
    <FactTable
      label={t('partsScreen.tab.search')}
      rows={found}
      rowKey={({ id }) => id}
      empty={t('partsScreen.search.noneMatch')}
      onSelect={({ id }) => navigate({ screen: 'parts', partId: String(id) })}
      columns={[
        {
          id: 'identity',
          header: t('partsScreen.identity'),
          cell: ({ id, identities }) => (
            <Anchor
              component="button"
              underline="always"
              size="sm"
              className="mono"
              onClick={() => navigate({ screen: 'parts', partId: String(id) })}
            >
              {identities[0]?.value ?? '—'}
            </Anchor>
          ),
        },
        { id: 'kind', header: t('partsScreen.search.kind'), cell: ({ kind }) => words.kind(kind) },
        { id: 'model', header: t('partsScreen.model'), isWide: true, cell: ({ model }) => model ?? '—' },
        {
          id: 'where',
          header: t('partsScreen.search.where'),
          cell: ({ hostId, slot, isThere, nodesAtOnce }) =>
            hostId === null ? (
              <span className="dim">{t('partsScreen.search.nowhere')}</span>
            ) : (
              <>
                {nameOf(hostId)} <code className="dim">{slot}</code>{' '}
                {!isThere && <span className="dim">({t('partsScreen.search.isGone')})</span>}
                {nodesAtOnce > 1 && (
                  <StateBadge tone="warn" variant="plain">
                    {t('partsScreen.search.atOnce', { count: nodesAtOnce })}
                  </StateBadge>
                )}
              </>
            ),
        },
      ]}
    />
  );
}
