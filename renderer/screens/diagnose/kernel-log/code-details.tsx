import { Button } from '@mantine/core';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { KeyValueTable } from '../../../components/key-value-table';
import { RmaRulesOfXid } from '../../../components/rma-criteria';
import { SeverityBadge } from '../../../components/state-badge';
import { useTreeTitles } from '../../../findings/use-trees';
import type { CodeCatalogue, CodeEntry } from './code-catalogue';
import classes from './kernel-log.module.css';

interface CodeDetailsProps {
  kind: 'xid' | 'sxid';
  entry: CodeEntry;
  sources: CodeCatalogue['sources'];
}

/** Everything that is known about one code, with where it is from. */
export function CodeDetails({ kind, entry, sources }: CodeDetailsProps) {
  const { t, localized } = useWords();
  const titles = useTreeTitles();
  const { code, tree } = entry;
  const isXid = 'name' in entry;
  const rows = [
    { label: t('kernelLog.column.action'), value: t(`kernelLog.action.${entry.action}`) },
    { label: t('kernelLog.column.scope'), value: t(`kernelLog.scope.${entry.scope}`) },
    ...(isXid
      ? [
          { label: t('kernelLog.status'), value: t(`kernelLog.statusOf.${entry.status}`) },
          { label: t('kernelLog.nvidia'), value: t('kernelLog.nvidiaBuckets', entry.nvidia) },
          { label: t('kernelLog.appliesTo'), value: entry.appliesTo.join(', ') },
          { label: t('kernelLog.counters'), value: entry.counters.join(', ') },
          { label: t('kernelLog.xid154Since'), value: entry.xid154Since ?? '' },
          { label: t('kernelLog.olderCauses'), value: entry.olderTableCauses.join(', ') },
        ]
      : [
          { label: t('kernelLog.block'), value: localized(entry.block) },
          { label: t('kernelLog.fatality'), value: t(`kernelLog.fatal.${entry.fatal}`) },
          { label: t('kernelLog.fabricManagerName'), value: entry.fabricManagerName ?? '' },
        ]),
  ].filter(({ value }) => value !== '');
  return (
    <div className={classes.code}>
      <div className={classes.groupTitle}>
        <SeverityBadge severity={entry.severity} />
        <h2>
          {kind === 'xid' ? 'Xid' : 'SXid'} {code}
          {isXid && `: ${localized(entry.name)}`}
        </h2>
      </div>
      <code className={classes.mnemonic}>{entry.mnemonic}</code>
      <p>{localized(entry.meaning)}</p>
      {tree !== null && titles.has(tree) && (
        <Button
          variant="default"
          size="compact-sm"
          className={classes.start}
          onClick={() => navigate({ screen: 'diagnose', treeId: tree })}
        >
          {t('kernelLog.startTree', { tree: titles.get(tree) ?? tree })}
        </Button>
      )}
      <KeyValueTable rows={rows} />
      {isXid && (
        <>
          <h3>{t('kernelLog.causes')}</h3>
          <ul>
            {entry.causes.map((cause) => (
              <li key={cause.en}>{localized(cause)}</li>
            ))}
          </ul>
          {entry.note && (
            <>
              <h3>{t('kernelLog.note')}</h3>
              <p>{localized(entry.note)}</p>
            </>
          )}
        </>
      )}
      {kind === 'xid' && <RmaRulesOfXid code={code} />}
      <h3>{t('kernelLog.sources')}</h3>
      <ul className="dim">
        {entry.sources.map((id) => (
          <li key={id}>{sources[id] ?? id}</li>
        ))}
      </ul>
    </div>
  );
}
