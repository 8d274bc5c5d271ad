import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import type { Topology } from '#shared/domain/topology/topology';
import { useWords } from '../../../app/i18n';
import classes from './topology.module.css';
import type { DrawnLine } from './topology-drawing';
import { path } from './topology-svg';
import { explainLine, linkText } from './topology-words';

export type LinkEdgeType = Edge<
  { line: DrawnLine; topology: Topology; isActive: boolean; isTabStop: boolean; onActive: (id: string) => void },
  'link'
>;

/** A link: its line, and a button with what it trained to. */
export function LinkEdge({ data }: EdgeProps<LinkEdgeType>) {
  const { t } = useWords();
  if (!data) return null;
  const { line, topology, isActive, isTabStop, onActive } = data;
  const { edge, points, label } = line;
  const words = linkText(edge, topology, t);
  const { title } = explainLine(edge, topology, t);
  return (
    <>
      <path
        className={classes.line}
        data-state={edge.state}
        data-kind={edge.kind}
        data-active={isActive || undefined}
        d={path(points)}
      />
      {label && (
        <EdgeLabelRenderer>
          <button
            type="button"
            className={classes.label}
            data-state={edge.state}
            data-active={isActive || undefined}
            data-picture-id={line.id}
            aria-label={`${title}: ${words}, ${t(`topology.state.${edge.state}`)}`}
            tabIndex={isTabStop ? 0 : -1}
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
            onMouseEnter={() => onActive(line.id)}
            onFocus={() => onActive(line.id)}
            onClick={() => onActive(line.id)}
          >
            {edge.state === 'degraded' && <IconAlertTriangleFilled size={11} aria-hidden />}
            {words}
          </button>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
