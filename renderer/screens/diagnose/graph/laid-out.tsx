import { Loader } from '@mantine/core';
import { ReactFlowProvider } from '@xyflow/react';
import type { ReactNode } from 'react';
import { useWords } from '../../../app/i18n';
import { StatePanel } from '../../../components/state-panel';
import type { GraphLayout } from './graph-layout';
import classes from './tree-graph.module.css';
import type { LayoutState } from './use-graph-layout';

interface LaidOutProps {
  drawing: LayoutState;
  /** What is said where there is no drawing, and what is there without it. */
  failed: string;
  children: (layout: GraphLayout) => ReactNode;
}

/** A drawing as soon as its layout is there. */
export function LaidOut({ drawing, failed, children }: LaidOutProps) {
  const { t } = useWords();
  switch (drawing.kind) {
    case 'drawing':
      return (
        <div className={classes.waiting} role="status">
          <Loader size="sm" />
          {t('diagnoseScreen.drawing')}
        </div>
      );
    case 'failed':
      return <StatePanel tone="unknown" title={failed} />;
    case 'drawn':
      return <ReactFlowProvider>{children(drawing.layout)}</ReactFlowProvider>;
  }
}
