import type { LogEvidence } from '#shared/domain/kernel-log/log-evidence';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import { SeverityBadge } from '../components/state-badge';
import classes from './log-evidence.module.css';
import { entryCode, entryPlace, entryTitle } from './log-words';
import { TogetherWords } from './together-words';

/** What a line of a kernel log says, alone and with those around it. */
export function LogEvidenceWords({ evidence }: { evidence: LogEvidence }) {
  const { t, localized } = useWords();
  const format = useFormat();
  const { line, atMs, entry, cause, says, action } = evidence;
  return (
    <>
      {entry && (
        <div className={classes.head}>
          <SeverityBadge severity={entry.severity} />
          <strong>{entryTitle(entry, localized)}</strong>
          <span className="dim">{entryPlace(entry)}</span>
          {atMs !== null && <span className="dim">{format.dateTime(atMs)}</span>}
          {entry.role !== 'alone' && (
            <span className="dim">
              {cause
                ? t('kernelLog.echoOf', { what: entryCode(cause) || localized(cause.name) })
                : t(`kernelLog.role.${entry.role}`)}
            </span>
          )}
        </div>
      )}
      <code className={classes.line}>{line}</code>
      {entry ? (
        <>
          {entry.details.map((detail) => (
            <p key={detail.en}>{localized(detail)}</p>
          ))}
          <TogetherWords rules={says.map((one) => ({ says: one }))} />
          {cause && <code className={classes.line}>{cause.text}</code>}
          <p>{t('kernelLog.groupAction', { action: t(`kernelLog.action.${action}`) })}</p>
        </>
      ) : (
        <p>{t('kernelLog.unknownLine')}</p>
      )}
    </>
  );
}
