import type { Evidence } from '#shared/domain/command';
import type { ProbeResult } from '#shared/domain/probe';
import { printable } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { useHostName } from '../../../stores/fleet-store';
import classes from './timeline.module.css';

interface EvidenceEntryProps {
  result: ProbeResult;
  evidence: readonly Evidence[];
}

/** A probe's result on record, each command with exactly what it printed. */
export function EvidenceEntry({ result, evidence }: EvidenceEntryProps) {
  const { t, message } = useWords();
  const hostName = useHostName(result.hostId);
  return (
    <div className={classes.box}>
      <div className={classes.boxHead}>
        <strong>
          <code>{result.probeId}</code> · {hostName}
        </strong>
        <span className="dim">{t('incidentScreen.commands', { count: evidence.length })}</span>
      </div>
      {result.reason && <div className="dim">{message(result.reason)}</div>}
      {evidence.map((item) => (
        <CommandOutput key={item.id} evidence={item} />
      ))}
    </div>
  );
}

function CommandOutput({ evidence }: { evidence: Evidence }) {
  const { t } = useWords();
  const format = useFormat();
  const { record, stdoutText, stderrText } = evidence;
  const output = [stdoutText, stderrText].filter(Boolean).join('\n');
  return (
    <details className={classes.more}>
      <summary>
        <span className={classes.line}>
          <code>{printable(record.argv.join(' '))}</code>
          <span className="dim">
            {t('incidentScreen.ended', {
              how:
                record.exitCode === null
                  ? t(`shell.commandState.${record.state}`)
                  : t('incidentScreen.exitCode', { code: record.exitCode }),
              duration: format.duration(record.durationMs),
            })}
          </span>
        </span>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by key */}
      <pre className={classes.output} tabIndex={0}>
        {output === '' ? t('incidentScreen.noOutput') : printable(output)}
      </pre>
    </details>
  );
}
