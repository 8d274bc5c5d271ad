import { useEffect, useRef } from 'react';
import type { ConnectionTest } from '#shared/contract/hosts';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { HostErrorView } from '../../../components/host-error-view';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import classes from './add-hosts.module.css';

type Step = ConnectionTest['steps'][number];

const tones: Record<Step['outcome'], Tone> = {
  pass: 'ok',
  fail: 'bad',
  warn: 'warn',
  skipped: 'unknown',
};

function isSaidBelow(step: Step['step'], outcome: Step['outcome']): boolean {
  return outcome === 'fail' || step === 'sudo';
}

/** A connection test step by step; what failed is said in words, with what to do. */
export function ConnectionTestView({ test }: { test: ConnectionTest }) {
  const { t } = useWords();
  const format = useFormat();
  const section = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new result is a reason to bring it into view
  useEffect(() => section.current?.scrollIntoView({ block: 'nearest' }), [test]);
  return (
    <section ref={section} className={classes.test} aria-label={t('addHosts.test.title')} aria-live="polite">
      <ol className={classes.steps}>
        {test.steps.map(({ step, outcome, detail, durationMs }) => (
          <li key={step} className={classes.step}>
            <StateBadge tone={tones[outcome]} variant="plain">
              {t(`addHosts.test.outcome.${outcome}`)}
            </StateBadge>
            <span>{t(`addHosts.test.step.${step}`)}</span>
            {/* What failed, and what sudo does, is a code here; below it is said in words. */}
            <span className="ellipsis dim" title={isSaidBelow(step, outcome) ? undefined : detail}>
              {isSaidBelow(step, outcome) ? '' : detail}
            </span>
            <span className="dim">{outcome === 'skipped' ? '' : format.duration(durationMs)}</span>
          </li>
        ))}
      </ol>
      <div style={{ marginTop: 10 }}>
        {test.error ? (
          <HostErrorView error={test.error} />
        ) : (
          <StatePanel
            variant="inline"
            title={t('addHosts.test.ok')}
            detail={
              <>
                {test.roundTripMs !== null && (
                  <div>{t('addHosts.test.okDetail', { duration: format.duration(test.roundTripMs) })}</div>
                )}
                <div>{t(`addHosts.test.sudo.${test.sudo}`)}</div>
              </>
            }
          />
        )}
      </div>
    </section>
  );
}
