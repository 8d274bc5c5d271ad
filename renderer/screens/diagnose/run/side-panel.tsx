import { Tabs } from '@mantine/core';
import { type RefObject, useEffect } from 'react';
import { useWords } from '../../../app/i18n';
import { FindingsPanel } from './findings-panel';
import { PathPanel } from './path-panel';
import type { RunPanelProps } from './run-panel';
import classes from './side-panel.module.css';
import { StepPanel } from './step-panel';

export type PanelTab = 'step' | 'findings' | 'path';

interface SidePanelProps extends RunPanelProps {
  /** What the user chose to see of the selected step; null follows the walk. */
  tab: PanelTab | null;
  onTab: (tab: PanelTab) => void;
  panel: RefObject<HTMLDivElement | null>;
}

/** What is known about the step that is looked at, what was found, and the way here. */
export function SidePanel(props: SidePanelProps) {
  const { run, isPicked, selectedId, onTab, panel } = props;
  const { t } = useWords();
  // Choosing a step shows it; otherwise the end of a walk shows what was found.
  const natural: PanelTab = !isPicked && run.state === 'concluded' && run.findings.length > 0 ? 'findings' : 'step';
  const situation = `${run.state} ${run.path.length} ${selectedId} ${isPicked}`;
  const tab = props.tab ?? natural;
  // The button that led on may be gone with its step; the keyboard goes on where the walk does.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each move of the walk, nothing else
  useEffect(() => {
    if (document.activeElement === document.body) panel.current?.focus({ preventScroll: true });
  }, [situation]);
  return (
    <Tabs
      ref={panel}
      tabIndex={-1}
      className={classes.panel}
      value={tab}
      onChange={(value) => onTab(value === 'findings' || value === 'path' ? value : 'step')}
    >
      <Tabs.List className={classes.tabs}>
        <Tabs.Tab value="step">{t('diagnoseScreen.tab.step')}</Tabs.Tab>
        <Tabs.Tab value="findings">
          {t('diagnoseScreen.tab.findings')}{' '}
          {run.findings.length > 0 && <span className="dim">{run.findings.length}</span>}
        </Tabs.Tab>
        <Tabs.Tab value="path">{t('diagnoseScreen.tab.path')}</Tabs.Tab>
      </Tabs.List>
      {/* Another step is read from its beginning. */}
      <Tabs.Panel key={selectedId} value="step" className={classes.body}>
        <StepPanel {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="findings" className={classes.body}>
        <FindingsPanel run={run} onAgain={props.onAgain} />
      </Tabs.Panel>
      <Tabs.Panel value="path" className={classes.body}>
        <PathPanel {...props} />
      </Tabs.Panel>
    </Tabs>
  );
}
