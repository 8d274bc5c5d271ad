import { Switch, Text } from '@mantine/core';
import { useState } from 'react';
import type { LogReport } from '#shared/domain/kernel-log/log-report';
import { useWords } from '../../../app/i18n';
import { SeverityBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { LineDiagnosis } from '../../../findings/line-diagnosis';
import { lineOf, linesAround } from '../../../findings/log-lines';
import { entryPlace, entryTitle } from '../../../findings/log-words';
import { TogetherWords } from '../../../findings/together-words';
import { useTreeTitles } from '../../../findings/use-trees';
import { useHostName } from '../../../stores/fleet-store';
import classes from './kernel-log.module.css';
import { LogEntryTable } from './log-entry-table';

/** What a log says: what its lines mean together, then each of them. */
export function LogReportView({ report, hostId }: { report: LogReport; hostId: string | null }) {
  const { t } = useWords();
  const [isAll, setAll] = useState(false);
  const { entries, groups, lineCount, leftOutCount } = report;
  if (entries.length === 0) {
    const key = lineCount === 0 ? 'empty' : report.isLog ? 'nothing' : 'noLog';
    const tone = report.isLog ? 'info' : 'warn';
    return <StatePanel variant="inline" tone={tone} title={t(`kernelLog.${key}`, { count: lineCount })} />;
  }
  const infoCount = entries.filter(({ severity }) => severity === 'info').length;
  const shown = isAll ? entries : entries.filter(({ severity }) => severity !== 'info');
  return (
    <>
      <div className={classes.summary}>
        {hostId !== null && <HostName hostId={hostId} />}
        <Text>{t('kernelLog.summary', { entries: entries.length, lines: lineCount, groups: groups.length })}</Text>
        {infoCount > 0 && (
          <Switch
            label={t('kernelLog.showInfo', { count: infoCount })}
            checked={isAll}
            onChange={(event) => setAll(event.currentTarget.checked)}
          />
        )}
      </div>
      {!report.isTimed && <StatePanel variant="inline" tone="warn" title={t('kernelLog.untimed')} />}
      {leftOutCount > 0 && (
        <StatePanel variant="inline" tone="warn" title={t('kernelLog.leftOut', { count: leftOutCount })} />
      )}
      {groups.map((group) => (
        <GroupCard key={group.root} group={group} report={report} hostId={hostId} />
      ))}
      <LogEntryTable entries={shown} report={report} hostId={hostId} />
    </>
  );
}

function HostName({ hostId }: { hostId: string }) {
  return <strong>{useHostName(hostId)}</strong>;
}

interface GroupCardProps {
  group: LogReport['groups'][number];
  report: LogReport;
  hostId: string | null;
}

/** What lines mean together; nothing where no rule has a word for them. */
function GroupCard({ group, report, hostId }: GroupCardProps) {
  const { t, localized } = useWords();
  const titles = useTreeTitles();
  const root = report.entries[group.root];
  if (group.rules.length === 0 || !root) return null;
  const { tree } = group;
  return (
    <article className={classes.group}>
      <div className={classes.groupTitle}>
        <SeverityBadge severity={group.severity} />
        <h2>{entryTitle(root, localized)}</h2>
        <span className="dim">{entryPlace(root)}</span>
      </div>
      <TogetherWords rules={group.rules} />
      <p>{t('kernelLog.groupAction', { action: t(`kernelLog.action.${group.action}`) })}</p>
      {tree !== null && titles.has(tree) && (
        <div>
          <LineDiagnosis
            hostId={hostId}
            line={lineOf(root)}
            around={linesAround(root, report)}
            label={t('kernelLog.startTree', { tree: titles.get(tree) ?? tree })}
          />
        </div>
      )}
    </article>
  );
}
