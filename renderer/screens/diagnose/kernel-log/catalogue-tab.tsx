import { Anchor, SegmentedControl, Switch, Text, TextInput } from '@mantine/core';
import { useDeferredValue, useMemo, useState } from 'react';
import { matchesCode } from '#shared/domain/kernel-log/search-codes';
import { useWords } from '../../../app/i18n';
import { navigate, useRoute } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { SeverityBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import type { CodeCatalogue, CodeEntry } from './code-catalogue';
import { CodeDetails } from './code-details';
import classes from './kernel-log.module.css';

const kinds = ['xid', 'sxid'] as const;
type Kind = (typeof kinds)[number];

/** Every code that is known, to search through. */
export function CatalogueTab() {
  const catalogue = useQuery('knowledge.xids', (signal) => engine.knowledge.xids(undefined, { signal }));
  return (
    <div className={classes.catalogue}>
      <StateView query={catalogue}>{(known) => <Codes catalogue={known} />}</StateView>
    </div>
  );
}

function Codes({ catalogue }: { catalogue: CodeCatalogue }) {
  const { t, localized } = useWords();
  const route = useRoute();
  const asked = /^(s?xid)-(\d+)$/.exec(route.screen === 'diagnose' ? (route.code ?? '') : '');
  const [kind, setKind] = useState<Kind>(asked?.[1] === 'sxid' ? 'sxid' : 'xid');
  const [search, setSearch] = useState('');
  const [isLegacy, setLegacy] = useState(false);
  const wanted = useDeferredValue(search);
  const chosenCode = asked?.[1] === kind ? Number(asked[2]) : null;
  const all: readonly CodeEntry[] = catalogue[`${kind}s`];
  const found = useMemo(
    () =>
      all.filter(
        (entry) =>
          matchesCode(entry, wanted) &&
          (isLegacy || wanted !== '' || !('status' in entry) || entry.status !== 'legacy-or-unused'),
      ),
    [all, wanted, isLegacy],
  );
  const chosen = all.find(({ code }) => code === chosenCode);
  const open = ({ code }: CodeEntry) =>
    navigate({ screen: 'diagnose', section: 'catalogue', code: `${kind}-${code}` }, { replace: true });
  return (
    <>
      <div className={classes.controls}>
        <SegmentedControl
          aria-label={t('kernelLog.column.code')}
          data={kinds.map((value) => ({ value, label: t(`kernelLog.kind.${value}`) }))}
          value={kind}
          onChange={(value) => setKind(value === 'sxid' ? 'sxid' : 'xid')}
        />
        <TextInput
          aria-label={t('kernelLog.search')}
          placeholder={t('kernelLog.searchHint')}
          w={280}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {kind === 'xid' && (
          <Switch
            label={t('kernelLog.showLegacy')}
            checked={isLegacy}
            onChange={(event) => setLegacy(event.currentTarget.checked)}
          />
        )}
        <Text c="dimmed" role="status">
          {t('kernelLog.found', { count: found.length, total: all.length })}
        </Text>
      </div>
      <div className={classes.columns}>
        <div className={classes.list}>
          <FactTable
            label={t('kernelLog.tab.catalogue')}
            rows={found}
            rowKey={({ code }) => code}
            empty={t('kernelLog.none')}
            selectedKey={chosenCode}
            onSelect={open}
            columns={[
              {
                id: 'code',
                header: t('kernelLog.column.code'),
                isNumeric: true,
                cell: (entry) => (
                  <Anchor component="button" type="button" className={classes.rowLink} onClick={() => open(entry)}>
                    {entry.code}
                  </Anchor>
                ),
              },
              {
                id: 'severity',
                header: t('kernelLog.column.severity'),
                cell: ({ severity }) => <SeverityBadge severity={severity} variant="plain" />,
              },
              {
                id: 'name',
                header: t('kernelLog.column.name'),
                isWide: true,
                cell: (entry) => {
                  const words = localized('name' in entry ? entry.name : entry.meaning);
                  return <span title={words}>{words}</span>;
                },
              },
            ]}
          />
        </div>
        <aside className={classes.aside} aria-label={t('kernelLog.details')}>
          {chosen ? (
            <CodeDetails kind={kind} entry={chosen} sources={catalogue.sources} />
          ) : (
            <Text c="dimmed">{t('kernelLog.chooseCode')}</Text>
          )}
        </aside>
      </div>
    </>
  );
}
