import type { IncidentEntry } from '#shared/domain/incident';
import { type Course, coursePath, type FrozenTrack, seriesSummary } from '#shared/domain/telemetry/frozen-samples';
import { metricSources } from '#shared/domain/telemetry/metric-source';
import { metricSpec } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../../../app/i18n';
import { formatMetric } from '../../../charts/metric-format';
import { useFormat } from '../../../components/format';
import { SeverityBadge } from '../../../components/state-badge';
import { LineDiagnosis } from '../../../findings/line-diagnosis';
import { useHostName } from '../../../stores/fleet-store';
import classes from './alert-entry.module.css';
import timeline from './timeline.module.css';

type Entry = Extract<IncidentEntry, { kind: 'alert' }>;

/** Alerts of one rule that fired or were over, with what was measured in the minute before. */
export function AlertEntry({ entry }: { entry: Entry }) {
  const { t, localized } = useWords();
  const format = useFormat();
  const { severity, title, ruleId, alerts, alertCount, hostCount, samples, state, logLines = [] } = entry;
  return (
    <div className={timeline.box}>
      <div className={timeline.boxHead}>
        <strong>{localized(title)}</strong>
        <span className={classes.marks}>
          <code className="dim">{ruleId}</code>
          <SeverityBadge severity={severity} variant={state === 'firing' ? 'tint' : 'plain'} />
        </span>
      </div>
      <ul className={classes.alerts}>
        {alerts.map((alert) => (
          <li key={alert.alertId}>
            <HostName hostId={alert.hostId} /> <code>{alert.subject}</code>
            <span className={timeline.text}>{localized(alert.message)}</span>
          </li>
        ))}
      </ul>
      {alertCount > alerts.length && (
        <p className="dim">{t('incidentScreen.moreAlerts', { count: alertCount - alerts.length, hosts: hostCount })}</p>
      )}
      {logLines.length > 0 && (
        <ul className={classes.lines} aria-label={t('incidentScreen.logLines')}>
          {logLines.map(({ hostId, atMs, text }) => (
            <li key={`${hostId} ${atMs} ${text}`} title={format.dateTime(atMs)}>
              {hostCount > 1 && <HostName hostId={hostId} />} <code>{text}</code>{' '}
              <LineDiagnosis hostId={hostId} line={{ text, atMs }} />
            </li>
          ))}
        </ul>
      )}
      {samples.length > 0 && (
        <details className={timeline.more}>
          <summary>{t('incidentScreen.minuteBefore')}</summary>
          {samples.map((track) => (
            <Track key={`${track.hostId} ${track.subject} ${track.series[0]?.metric}`} track={track} />
          ))}
        </details>
      )}
    </div>
  );
}

function HostName({ hostId }: { hostId: string }) {
  return <strong>{useHostName(hostId)}</strong>;
}

function Track({ track: { hostId, subject, times, series } }: { track: FrozenTrack }) {
  const { t, message } = useWords();
  const format = useFormat();
  const known = series.flatMap(({ metric, values }) => {
    const summary = seriesSummary(values);
    return summary ? [{ metric, values, ...summary }] : [];
  });
  if (known.length === 0) return null;
  return (
    <table className={classes.samples}>
      <caption>
        <HostName hostId={hostId} /> <code>{subject}</code>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('incidentScreen.metric')}</th>
          <th scope="col">{t('incidentScreen.course')}</th>
          <th scope="col">{t('incidentScreen.least')}</th>
          <th scope="col">{t('incidentScreen.greatest')}</th>
          <th scope="col">{t('incidentScreen.last')}</th>
        </tr>
      </thead>
      <tbody>
        {known.map(({ metric, values, least, greatest, last }) => (
          <tr key={metric}>
            <th scope="row" title={metricSources(metric)}>
              {metricWords(metric, message).name}
            </th>
            <td>
              <CourseLine times={times} values={values} />
            </td>
            <td>{formatMetric(least, metricSpec(metric).unit, format)}</td>
            <td>{formatMetric(greatest, metricSpec(metric).unit, format)}</td>
            <td>{formatMetric(last, metricSpec(metric).unit, format)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const WIDTH = 140;
const HEIGHT = 18;

/** The line of a series; where a value is not known there is none. */
function CourseLine({ times, values }: Course) {
  return (
    <svg className={classes.course} width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
      <path d={coursePath({ times, values }, WIDTH, HEIGHT)} />
    </svg>
  );
}
