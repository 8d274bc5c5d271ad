import { Anchor } from '@mantine/core';
import { useState } from 'react';
import type { LogEntry, LogReport } from '#shared/domain/kernel-log/log-report';
import { clockWords } from '#shared/domain/kernel-log/log-words';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { SeverityBadge } from '../../../components/state-badge';
import { LineDiagnosis } from '../../../findings/line-diagnosis';
import { lineOf, linesAround } from '../../../findings/log-lines';
import { entryCode, entryPlace, entryTitle } from '../../../findings/log-words';
import { useTreeTitles } from '../../../findings/use-trees';
import classes from './kernel-log.module.css';

interface LogEntryTableProps {
  entries: readonly LogEntry[];
  report: LogReport;
  hostId: string | null;
}

/** Each thing that a log says, and below the chosen one in full. */
export function LogEntryTable({ entries, report, hostId }: LogEntryTableProps) {
  const { t, localized, message } = useWords();
  const format = useFormat();
  const titles = useTreeTitles();
  const [chosen, setChosen] = useState<number | null>(null);
  const open = (entry: LogEntry) => setChosen(entry.line);
  const entry = entries.find(({ line }) => line === chosen) ?? entries[0];
  const roleOf = ({ role, echoOf }: LogEntry): string => {
    const cause = echoOf === null ? undefined : report.entries[echoOf];
    if (!cause) return t(`kernelLog.role.${role}`);
    return t('kernelLog.echoOf', { what: entryCode(cause) || localized(cause.name) });
  };
  return (
    <>
      <div className={classes.entries}>
        <FactTable
          label={t('kernelLog.title')}
          rows={entries}
          rowKey={({ line }) => line}
          empty={t('kernelLog.onlyInfo')}
          selectedKey={entry?.line ?? null}
          onSelect={open}
          columns={[
            {
              id: 'severity',
              header: t('kernelLog.column.severity'),
              cell: ({ severity }) => <SeverityBadge severity={severity} variant="plain" />,
            },
            {
              id: 'when',
              header: t('kernelLog.column.when'),
              cell: (row) => (row.atMs === null ? message(clockWords(row)) : format.time(row.atMs)),
            },
            {
              id: 'what',
              header: t('kernelLog.column.what'),
              isWide: true,
              cell: (row) => (
                <Anchor component="button" type="button" className={classes.rowLink} onClick={() => open(row)}>
                  {entryTitle(row, localized)}
                </Anchor>
              ),
            },
            { id: 'where', header: t('kernelLog.column.where'), cell: (row) => <code>{entryPlace(row)}</code> },
            { id: 'count', header: t('kernelLog.column.count'), isNumeric: true, cell: ({ count }) => count },
            { id: 'role', header: t('kernelLog.column.role'), cell: roleOf },
            {
              id: 'tree',
              header: t('kernelLog.column.tree'),
              cell: ({ tree }) => (tree === null ? null : titles.get(tree)),
            },
          ]}
        />
      </div>
      {entry && <EntryDetails key={entry.line} entry={entry} report={report} hostId={hostId} />}
    </>
  );
}

function EntryDetails({ entry, report, hostId }: Omit<LogEntryTableProps, 'entries'> & { entry: LogEntry }) {
  const { t, localized } = useWords();
  const { line, lastLine } = entry;
  return (
    <section className={classes.details} aria-label={t('kernelLog.details')}>
      <h2>{entryTitle(entry, localized)}</h2>
      <p>{localized(entry.meaning)}</p>
      <p>{t('kernelLog.groupAction', { action: t(`kernelLog.action.${entry.action}`) })}</p>
      {entry.details.map((detail) => (
        <p key={detail.en}>{localized(detail)}</p>
      ))}
      {entry.note && <p className="dim">{localized(entry.note)}</p>}
      <p className="dim">
        {line === lastLine ? t('kernelLog.line', { line }) : t('kernelLog.lines', { from: line, to: lastLine })}
      </p>
      <pre className={classes.raw}>{entry.text}</pre>
      <div>
        <LineDiagnosis hostId={hostId} line={lineOf(entry)} around={linesAround(entry, report)} />
      </div>
      {(entry.id === 'xid' || entry.id === 'sxid') && (
        <Anchor
          component="button"
          type="button"
          onClick={() => navigate({ screen: 'diagnose', section: 'catalogue', code: `${entry.id}-${entry.code}` })}
        >
          {t('kernelLog.inCatalogue')}
        </Anchor>
      )}
    </section>
  );
}
