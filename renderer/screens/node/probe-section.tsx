import { Anchor, Skeleton } from '@mantine/core';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import { useWords } from '../../app/i18n';
import { CopyButton } from '../../components/copy-button';
import { StaleBadge } from '../../components/state-view';
import { ValueSourceProvider } from '../../components/value';
import { openProbeEvidence } from '../../stores/evidence-store';
import { useHost, useSummary } from '../../stores/fleet-store';
import { useHostActions } from '../../stores/use-host-actions';
import { SudoNotice } from '../../sudo/sudo-notice';
import classes from './node.module.css';
import { factsOf, type NodeResults } from './node-results';
import { ProbeStateBadge } from './probe-state-badge';

const ResultsContext = createContext<NodeResults | null>(null);
export const NodeResultsProvider = ResultsContext.Provider;

export function useResults(): NodeResults {
  const results = useContext(ResultsContext);
  if (!results) throw new Error('Not inside a node');
  return results;
}

interface ProbeSectionProps<Id extends ProbeId> {
  probeId: Id;
  title: string;
  children: (facts: FactsOf<Id>) => ReactNode;
  /** Leaves the section away while the probe has nothing; for extras that most nodes lack. */
  isOptional?: boolean;
}

/**
 * What one probe says, or why it says nothing: never an empty space, and never a guess. When the last run had no facts,
 * those of an earlier one stay, marked with their time.
 */
export function ProbeSection<Id extends ProbeId>({ probeId, title, children, isOptional }: ProbeSectionProps<Id>) {
  const { hostId, results, stale, infos, isLoading } = useResults();
  const host = useHost(hostId);
  const isCollecting = useSummary(hostId)?.isCollecting ?? false;
  const result = results.get(probeId);
  const shown = result?.state === 'ok' ? result : stale.get(probeId);
  const info = infos.get(probeId);
  const source = useMemo(() => (shown ? { result: shown, info } : null), [shown, info]);
  const facts = factsOf(probeId, shown);
  if (isOptional && !facts) return null;
  const isBundle = host?.spec.kind === 'bundle';
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <h2>{title}</h2>
        {result && result.state !== 'ok' && <ProbeStateBadge state={result.state} />}
        {shown && !isBundle && <StaleBadge atMs={shown.observedAtMs} isStale={shown !== result || undefined} />}
      </div>
      {!result && (isLoading || isCollecting ? <Skeleton height={72} /> : <NotYet />)}
      {result && result.state !== 'ok' && <NoFacts result={result} />}
      {shown && !facts && <OldShape />}
      {shown && facts && (
        <ValueSourceProvider value={source}>
          {children(facts)}
          {shown === result && result.reason && <Limit result={result} />}
        </ValueSourceProvider>
      )}
    </section>
  );
}

function NotYet() {
  const { t } = useWords();
  return (
    <p className="dim">
      {t('shell.titleThen', { title: t('nodeScreen.probe.notYet'), detail: t('nodeScreen.probe.notYetDetail') })}
    </p>
  );
}

function OldShape() {
  const { t } = useWords();
  return <p className="dim">{t('nodeScreen.probe.oldShape')}</p>;
}

/** Why a probe has no facts, with the line that would allow it where that is the reason. */
export function NoFacts({ result }: { result: ProbeResult }) {
  const { t } = useWords();
  return (
    <div className={classes.noFacts}>
      <Reason result={result} />
      <span className="dim">{t('nodeScreen.probe.noVerdict')}</span> <EvidenceLink result={result} />
    </div>
  );
}

/** Facts are there, but something kept the probe from saying all. */
function Limit({ result }: { result: ProbeResult }) {
  return (
    <div className={classes.limit}>
      <Reason result={result} />
    </div>
  );
}

export function Reason({ result }: { result: ProbeResult }) {
  const { t, message } = useWords();
  const host = useHost(result.hostId);
  const { refresh } = useHostActions();
  if (!result.reason) return null;
  const sudoers = result.reason.params?.sudoers;
  return (
    <>
      {/* The words end with the line, which stands below on its own, to be copied. */}
      <p>{typeof sudoers === 'string' ? message(result.reason).replace(sudoers, '').trim() : message(result.reason)}</p>
      {typeof sudoers === 'string' && (
        <div className={classes.sudoers}>
          <code>{sudoers}</code>
          <CopyButton isCompact text={sudoers} label={t('nodeScreen.probe.copySudoers')} />
          <SudoNotice isButton hostIds={[result.hostId]} onGiven={() => host && void refresh(host.spec)} />
        </div>
      )}
    </>
  );
}

function EvidenceLink({ result }: { result: ProbeResult }) {
  const { t } = useWords();
  if (result.commands.length === 0) return null;
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      underline="always"
      onClick={() => openProbeEvidence(result, null)}
    >
      {t('nodeScreen.probe.showEvidence')}
    </Anchor>
  );
}
