import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { notWalked, type Scan } from '#shared/domain/scan/scan';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { useTreeTitles } from '../../../findings/use-trees';
import { useHostNames } from '../../../stores/fleet-store';
import classes from './scan.module.css';

interface Line {
  key: string;
  hostId: string;
  words: ReactNode;
  /** The walk to go on with. */
  runId: string | null;
}

/** Everything the scan says nothing about, and why: nodes, commands, trees that need an answer. */
export function Unjudged({ scan }: { scan: Scan }) {
  const { t } = useWords();
  const hostName = useHostNames();
  const lines = useLines(scan);
  if (lines.length === 0) return null;
  return (
    <section>
      <h2 className={classes.heading}>{t('scan.unjudged')}</h2>
      <ul className={classes.lines}>
        {lines.map(({ key, hostId, words, runId }) => (
          <li key={key}>
            <strong>{hostName(hostId)}</strong>
            <span>{words}</span>
            {runId !== null && (
              <Anchor component="button" type="button" onClick={() => navigate({ screen: 'diagnose', runId })}>
                {t('scan.openWalk')}
              </Anchor>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function useLines({ nodes, unjudged }: Scan): Line[] {
  const { t, message, localized } = useWords();
  const titles = useTreeTitles();
  const titleOf = (treeId: string) => titles.get(treeId) ?? treeId;
  const over = nodes.filter(({ finishedAtMs, state }) => finishedAtMs !== null || state === 'failed');
  const ofNodes = over.flatMap(({ hostId, state, error }): Line[] => {
    if (state === 'done') return [];
    return [{ key: hostId, hostId, words: error ? message(error) : t(`scan.nodeState.${state}`), runId: null }];
  });
  const ofFindings = unjudged.map(({ finding, treeIds }): Line => {
    const { id, hostId, origin } = finding;
    const words = t('scan.byTrees', { what: localized(finding.title), trees: treeIds.map(titleOf).join(', ') });
    return { key: id, hostId, words, runId: 'runId' in origin ? origin.runId : null };
  });
  const ofProbes = over.flatMap(({ hostId, unread }) =>
    unread.map(({ probeId, state, reason }): Line => {
      const what = t('scan.probeUnread', { probe: probeId });
      const words = t('shell.titleThen', {
        title: what,
        detail: reason ? message(reason) : t(`diagnosis.probeStates.${state}`),
      });
      return { key: `${hostId} ${probeId}`, hostId, words, runId: null };
    }),
  );
  const ofWalks = over.flatMap((node) => {
    const { hostId } = node;
    const asking = node.walks.flatMap(({ treeId, runId, state, question }): Line[] => {
      if (state !== 'waiting' || question === null) return [];
      const words = t('scan.asks', { question: localized(question.title) });
      return [{ key: runId, hostId, words: t('scan.ofTree', { tree: titleOf(treeId), words }), runId }];
    });
    const listed = notWalked(node).map(({ reason, treeIds }): Line => {
      const words = t('scan.ofTree', { tree: treeIds.map(titleOf).join(', '), words: message(reason) });
      return { key: `${hostId} ${words}`, hostId, words, runId: null };
    });
    return [...asking, ...listed];
  });
  const order = nodes.map(({ hostId }) => hostId);
  return [...ofNodes, ...ofFindings, ...ofProbes, ...ofWalks].sort(
    (one, other) => order.indexOf(one.hostId) - order.indexOf(other.hostId),
  );
}
