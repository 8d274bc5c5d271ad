import { Skeleton } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import { useWords } from '../../../app/i18n';
import { StaleBadge } from '../../../components/state-view';
import { ValueSourceProvider } from '../../../components/value';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';
import { ProbeStateBadge } from '../probe-state-badge';
import type { SectionId } from '../sections';
import { ToSection } from './card';
import classes from './overview.module.css';

/** One area; its name leads to where it is told in full. */
export function Line({ section, label, children }: { section: SectionId; label: string; children: ReactNode }) {
  return (
    <div className={classes.row}>
      <dt>
        <ToSection id={section} isQuiet>
          {label}
        </ToSection>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Nothing was collected; what is on its way from the engine may well have been. */
export function NotYet() {
  const { t } = useWords();
  const { isLoading } = useResults();
  return isLoading ? <Skeleton height={14} w={160} /> : <span className="dim">{t('nodeScreen.probe.notYet')}</span>;
}

/** What a probe knows, with its age where its last run had nothing; without any facts, how that run ended. */
export function Known<Id extends ProbeId>({
  probeId,
  children,
}: {
  probeId: Id;
  children: (facts: FactsOf<Id>) => ReactNode;
}) {
  const { results, stale, infos } = useResults();
  const last = results.get(probeId);
  const shown = last?.state === 'ok' ? last : stale.get(probeId);
  const info = infos.get(probeId);
  const source = useMemo(() => (shown ? { result: shown, info } : null), [shown, info]);
  const facts = factsOf(probeId, shown);
  if (!last) return <NotYet />;
  if (!shown || !facts) return <ProbeStateBadge state={last.state} variant="plain" />;
  return (
    <ValueSourceProvider value={source}>
      {children(facts)}
      <StaleBadge atMs={shown.observedAtMs} isStale={shown !== last} isShort />
    </ValueSourceProvider>
  );
}
