import { Anchor, Button, CloseButton } from '@mantine/core';
import { IconChartLine, IconHistory, IconServer2, IconStethoscope } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Alert } from '#shared/domain/rules/alert';
import { silenceOf } from '#shared/domain/rules/silence-of';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { shownNowMs } from '../../charts/shown-clock';
import { follow, spans, type TimeView } from '../../charts/time-view';
import { useFormat } from '../../components/format';
import { KeyValueTable } from '../../components/key-value-table';
import { SeverityBadge } from '../../components/state-badge';
import { Ago } from '../../components/time';
import { useReturnFocus } from '../../components/use-return-focus';
import { useAlerts } from '../../stores/alerts-store';
import { openInMetrics } from '../../stores/metrics-view-store';
import { startReplay, useIsReplaying } from '../../stores/replay-store';
import { AcknowledgeForm } from './acknowledge-form';
import { AlertChart, windowOf } from './alert-chart';
import { AlertIncident } from './alert-incident';
import { AlertLines } from './alert-lines';
import { AlertStateBadge } from './alert-state-badge';
import { AlertValueText } from './alert-value-text';
import classes from './alerts.module.css';
import { RuleWords } from './rules/rule-words';
import { SilenceForm } from './silence-form';
import type { AlertWords } from './use-alert-words';

interface AlertDetailProps {
  alert: Alert;
  words: AlertWords;
  onClose: () => void;
}

/** Before it and after it is over; while it lasts, live. */
const AROUND_MS = 600_000;

function viewOf({ sinceMs, resolvedMs }: Alert): TimeView {
  const live = follow(spans[0]);
  return resolvedMs === null
    ? live
    : { ...live, windows: [{ fromMs: sinceMs - AROUND_MS, toMs: resolvedMs + AROUND_MS }] };
}

/** One alert: what it says, why, what was measured, and what can be done. */
export function AlertDetail({ alert, words, onClose }: AlertDetailProps) {
  const { t, localized } = useWords();
  const format = useFormat();
  const panel = useRef<HTMLElement>(null);
  useReturnFocus(true);
  useEffect(() => {
    // A click in the list stays there, so that the arrow keys go on; what was opened from elsewhere is come to.
    if (document.activeElement === document.body) panel.current?.focus({ preventScroll: true });
  }, []);
  const { hostId, ruleId, treeId, acknowledged } = alert;
  const isReplaying = useIsReplaying();
  const rule = words.rule(ruleId);
  const silences = useAlerts((state) => state.silences);
  const silence = silenceOf(silences, alert, shownNowMs());
  const time = (atMs: number) => (
    <>
      {format.dateTime(atMs)}{' '}
      <span className="dim">
        (<Ago atMs={atMs} />)
      </span>
    </>
  );
  const labels = Object.entries(alert.labels);
  return (
    <aside
      ref={panel}
      className={classes.detail}
      aria-label={localized(alert.title)}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        onClose();
      }}
    >
      <header className={classes.detailHead}>
        <div>
          <h2>{localized(alert.title)}</h2>
          <div className={classes.badges}>
            <SeverityBadge severity={alert.severity} />
            <AlertStateBadge alert={alert} />
          </div>
        </div>
        <CloseButton aria-label={t('shell.confirm.close')} onClick={onClose} />
      </header>
      <p className={classes.message}>{localized(alert.message)}</p>
      {alert.isAbandoned && <p className="dim">{t('alertScreen.stateHelp.abandoned')}</p>}
      <div className={classes.buttons}>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconServer2 size={14} aria-hidden />}
          onClick={() => navigate({ screen: 'node', hostId, section: 'live' })}
        >
          {t('alertScreen.openNode')}
        </Button>
        {rule && rule.reading.metrics.length > 0 && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconChartLine size={14} aria-hidden />}
            onClick={() =>
              openInMetrics({
                hosts: [{ id: hostId, name: words.host(hostId) }],
                subjects: [alert.subject],
                metrics: rule.reading.metrics,
                view: viewOf(alert),
              })
            }
          >
            {t('charts.openInMetrics')}
          </Button>
        )}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconHistory size={14} aria-hidden />}
          onClick={() => {
            startReplay({ window: windowOf(alert, Date.now()), hostIds: [hostId] });
            navigate({ screen: 'node', hostId, section: 'live' });
          }}
        >
          {t('replay.title')}
        </Button>
        <AlertIncident alert={alert} />
        {treeId && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconStethoscope size={14} aria-hidden />}
            onClick={() => navigate({ screen: 'diagnose', hostId, treeId })}
          >
            {t('alertScreen.diagnose')}
          </Button>
        )}
      </div>
      <KeyValueTable
        rows={[
          { label: t('alertScreen.column.host'), value: words.host(hostId) },
          {
            label: t('alertScreen.column.subject'),
            value: (
              <>
                {words.subject(alert)}{' '}
                {!alert.subject.endsWith(words.subject(alert)) && <div className="dim">{alert.subject}</div>}
              </>
            ),
          },
          {
            label: t('alertScreen.column.value'),
            value: <AlertValueText alert={alert} words={words} isLong />,
          },
          { label: t('alertScreen.trueSince'), value: time(alert.sinceMs) },
          ...(alert.firedMs === null ? [] : [{ label: t('alertScreen.firedAt'), value: time(alert.firedMs) }]),
          ...(alert.resolvedMs === null ? [] : [{ label: t('alertScreen.overAt'), value: time(alert.resolvedMs) }]),
          ...(labels.length === 0
            ? []
            : [
                {
                  label: t('alertScreen.labels'),
                  value: labels.map(([name, text]) => `${name}=${text}`).join(', '),
                },
              ]),
          ...(treeId ? [{ label: t('alertScreen.tree'), value: <code>{treeId}</code> }] : []),
          ...(acknowledged
            ? [
                {
                  label: t('alertScreen.acknowledged'),
                  value: t('alertScreen.said', {
                    who: acknowledged.who,
                    time: format.time(acknowledged.atMs),
                    why: acknowledged.why,
                  }),
                },
              ]
            : []),
          ...(silence
            ? [
                {
                  label: t('alertScreen.silenced'),
                  value: (
                    <>
                      {t('alertScreen.silencedBy', { ...silence, time: format.dateTime(silence.untilMs) })}{' '}
                      <Anchor
                        component="button"
                        size="xs"
                        onClick={() => navigate({ screen: 'alerts', section: 'silences' })}
                      >
                        {t('alertScreen.tab.silences')}
                      </Anchor>
                    </>
                  ),
                },
              ]
            : []),
        ]}
      />
      <AlertLines alert={alert} />
      {isReplaying && <p className="dim">{t('replay.noActions')}</p>}
      {alert.state !== 'resolved' && !isReplaying && (
        <div className={classes.forms}>
          {!acknowledged && <AcknowledgeForm alert={alert} />}
          <SilenceForm alert={alert} words={words} />
        </div>
      )}
      {rule ? (
        <AlertChart alert={alert} rule={rule} />
      ) : (
        <p className="dim">{t('alertScreen.ruleGone', { rule: ruleId })}</p>
      )}
      {rule && (
        <section aria-label={t('alertScreen.rule')}>
          <h3>{t('alertScreen.rule')}</h3>
          <RuleWords rule={rule} />
          <Anchor component="button" size="xs" onClick={() => navigate({ screen: 'alerts', section: 'rules', ruleId })}>
            {t('alertScreen.showRule', { rule: ruleId })}
          </Anchor>
        </section>
      )}
    </aside>
  );
}
