import { memo, useRef } from 'react';
import type { DiagnosisRun, TreeGraph as Tree } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { StatePanel } from '../../../components/state-panel';
import { TreeGraph } from '../graph/tree-graph';
import { useGraphLayout } from '../graph/use-graph-layout';
import classes from './tree-editor.module.css';

interface LiveDrawingProps {
  /** Null while the text has not the shape of a tree. */
  graph: Tree | null;
  isChecked: boolean;
  run: DiagnosisRun | null;
  selectedId: string | null;
  onSelect: (stepId: string) => void;
}

/** The drawing of a text that changes: the last one stays, and says so, until there is another. Keys that change nothing of it cost nothing. */
export const LiveDrawing = memo(function LiveDrawing({ graph, isChecked, ...rest }: LiveDrawingProps) {
  const { t } = useWords();
  const last = useRef<Tree | null>(null);
  if (graph) last.current = graph;
  if (!last.current) {
    return <div className={classes.drawing}>{isChecked && <StatePanel title={t('treeEditor.notYetDrawn')} />}</div>;
  }
  return (
    <div className={classes.drawing}>
      {!graph && (
        <p className={classes.stale} role="status">
          {t('treeEditor.lastDrawing')}
        </p>
      )}
      <Drawn tree={last.current} {...rest} />
    </div>
  );
});

/** The tree before this one is shown until this one is laid out, so that nothing flickers while one types. */
function Drawn({ tree, ...rest }: Omit<LiveDrawingProps, 'graph' | 'isChecked'> & { tree: Tree }) {
  const laidOut = useRef(tree);
  const { kind } = useGraphLayout(tree);
  if (kind === 'drawn') laidOut.current = tree;
  return (
    <div className={classes.canvas}>
      <TreeGraph tree={laidOut.current} {...rest} />
    </div>
  );
}
