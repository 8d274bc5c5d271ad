import { Button, Tabs } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { IconDatabaseOff, IconServerOff } from '@tabler/icons-react';
import { Suspense, useEffect, useRef } from 'react';
import { useCommands } from '../../app/commands';
import { useWords } from '../../app/i18n';
import { modifierKey } from '../../app/modifier-key';
import { navigate, useRoute } from '../../app/router';
import { ErrorView } from '../../components/error-view';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines } from '../../components/state-view';
import { useFleet, useHost, useSummary } from '../../stores/fleet-store';
import classes from './node.module.css';
import { NodeBanners } from './node-banners';
import { NodeHeader } from './node-header';
import { useNodeResults } from './node-results';
import { NodeResultsProvider } from './probe-section';
import { SectionList } from './section-list';
import { panels, preloadSections } from './section-panels';
import { probesOfSection, type SectionId, sectionIds } from './sections';
import { useSectionMarks } from './use-section-marks';

/** What a node is made of and how it was doing when it was last asked. */
export function NodeScreen() {
  const { t } = useWords();
  const route = useRoute();
  const hostId = route.screen === 'node' ? route.hostId : '';
  const host = useHost(hostId);
  const isListed = useFleet((state) => state.isListed);
  if (!host && !isListed) return <LoadingLines />;
  if (!host) {
    return (
      <StatePanel
        icon={IconServerOff}
        title={t('nodeScreen.notFound')}
        detail={t('nodeScreen.notFoundDetail')}
        tone="unknown"
      >
        <Button onClick={() => navigate({ screen: 'fleet' })}>{t('nodeScreen.toFleet')}</Button>
      </StatePanel>
    );
  }
  return <Node key={hostId} hostId={hostId} section={route.screen === 'node' ? route.section : undefined} />;
}

function Node({ hostId, section }: { hostId: string; section: string | undefined }) {
  const { t } = useWords();
  const node = useNodeResults(hostId);
  const summary = useSummary(hostId);
  const wasNeverRead =
    summary?.observedAtMs === null && !summary.isCollecting && node.results.size === 0 && !node.isLoading;
  const marks = useSectionMarks(node);
  const current = sectionIds.find((id) => id === section) ?? 'overview';
  // The tables are made for the room beside the list of a window of 1180 pixels, or below it in a smaller one.
  const isWide = useMediaQuery('(min-width: 1180px)', undefined, { getInitialValueInEffect: false });
  const show = (id: SectionId) => navigate({ screen: 'node', hostId, section: id }, { replace: true });
  useSectionKeys(current, show);
  useEffect(() => {
    const handle = requestIdleCallback(() => void preloadSections());
    return () => cancelIdleCallback(handle);
  }, []);
  return (
    <NodeResultsProvider value={node}>
      <NodeHeader hostId={hostId} />
      <Tabs
        id={tabsId}
        className={classes.body}
        orientation={isWide ? 'vertical' : 'horizontal'}
        value={current}
        onChange={(next) => next && show(next as SectionId)}
      >
        <SectionList marks={marks} />
        {sectionIds.map((id) => {
          const Panel = panels[id];
          return (
            <Tabs.Panel key={id} value={id} className={classes.scroller} tabIndex={0}>
              <NodeBanners hostId={hostId} noticed={saysItself.has(id) ? [] : (marks.get(id)?.noticed ?? [])}>
                {Boolean(node.error) && <ErrorView error={node.error} onRetry={node.reload} variant="inline" />}
              </NodeBanners>
              <div className={classes.panel}>
                {wasNeverRead && probesOfSection[id] ? (
                  <StatePanel
                    icon={IconDatabaseOff}
                    tone="unknown"
                    title={t('nodeScreen.probe.notYet')}
                    detail={t('nodeScreen.probe.notYetDetail')}
                  />
                ) : (
                  <Suspense fallback={<LoadingLines />}>
                    <Panel />
                  </Suspense>
                )}
              </div>
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </NodeResultsProvider>
  );
}

const tabsId = 'node-sections';

/** Sections that begin with what was noticed. */
const saysItself: ReadonlySet<SectionId> = new Set(['overview', 'compatibility', 'profile']);

/** Sections from the keyboard: by name in the palette, one after the other as tabs of a browser. */
function useSectionKeys(current: SectionId, show: (id: SectionId) => void) {
  const { t } = useWords();
  const group = t('shell.palette.thisScreen');
  const beside = (step: number): SectionId =>
    sectionIds[(sectionIds.indexOf(current) + step + sectionIds.length) % sectionIds.length] ?? 'overview';
  useHotkeys([
    ['mod+PageDown', () => show(beside(1))],
    ['mod+PageUp', () => show(beside(-1))],
  ]);
  useCommands([
    ...sectionIds.map((id) => ({
      id: `node.section.${id}`,
      label: t(`nodeScreen.tab.${id}`),
      group,
      run: () => show(id),
    })),
    {
      id: 'node.nextSection',
      label: t('nodeScreen.nextSection'),
      group,
      shortcut: `${modifierKey}PgDn`,
      run: () => show(beside(1)),
    },
    {
      id: 'node.previousSection',
      label: t('nodeScreen.previousSection'),
      group,
      shortcut: `${modifierKey}PgUp`,
      run: () => show(beside(-1)),
    },
  ]);
  const shown = useRef(current);
  useEffect(() => {
    if (shown.current === current) return;
    shown.current = current;
    // A link that leads to another section goes with the one it stood in; the keyboard goes on at the new one's name.
    if (document.activeElement === document.body) document.getElementById(`${tabsId}-tab-${current}`)?.focus();
  }, [current]);
}
