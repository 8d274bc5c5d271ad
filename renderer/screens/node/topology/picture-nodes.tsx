import {
  IconCircuitSwitchOpen,
  IconCpu,
  IconDatabase,
  IconGridDots,
  IconNetwork,
  IconPlug,
  type TablerIcon,
} from '@tabler/icons-react';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { useWords } from '../../../app/i18n';
import classes from './topology.module.css';
import type { DrawnBox, DrawnPart } from './topology-drawing';
import { boxTitle, partDetail, partTitle } from './topology-words';

export type BoxNodeType = Node<{ box: DrawnBox }, 'box'>;
export type PartNodeType = Node<
  { part: DrawnPart; isActive: boolean; isTabStop: boolean; onActive: (id: string) => void },
  'part'
>;

const icons: Readonly<Record<DrawnPart['kind'], TablerIcon | null>> = {
  hub: null,
  socket: null,
  numa: null,
  'root-port': IconPlug,
  switch: IconCircuitSwitchOpen,
  gpu: IconCpu,
  nvswitch: IconCircuitSwitchOpen,
  fabric: IconGridDots,
  nic: IconNetwork,
  nvme: IconDatabase,
};

/** A socket or NUMA node around its parts. */
export function BoxNode({ data: { box } }: NodeProps<BoxNodeType>) {
  const { t } = useWords();
  const title = boxTitle(box.node, t);
  return (
    <div className={classes.box} data-kind={box.node.kind}>
      <span title={title}>{title}</span>
      <Ends />
    </div>
  );
}

/** A part as drawn: a button, so that keyboard and screen reader come to it. */
export function PartNode({ data: { part, isActive, isTabStop, onActive } }: NodeProps<PartNodeType>) {
  const { t } = useWords();
  const title = partTitle(part, t);
  const detail = partDetail(part, t);
  const Icon = icons[part.kind];
  const isSmall = part.kind === 'hub' || part.kind === 'root-port';
  return (
    <>
      <button
        type="button"
        className={classes.part}
        data-kind={part.kind}
        data-small={isSmall || undefined}
        data-active={isActive || undefined}
        data-picture-id={part.id}
        aria-label={[part.kind === 'hub' ? null : t(`topology.kind.${part.kind}`), title, detail]
          .filter(Boolean)
          .join(', ')}
        tabIndex={isTabStop ? 0 : -1}
        onMouseEnter={() => onActive(part.id)}
        onFocus={() => onActive(part.id)}
        onClick={() => onActive(part.id)}
      >
        {Icon && !isSmall && <Icon className={classes.partIcon} size={16} stroke={1.75} aria-hidden />}
        <span className={classes.partWords}>
          <span className={classes.partTitle}>{title}</span>
          {detail !== null && <span className={classes.partDetail}>{detail}</span>}
        </span>
      </button>
      <Ends />
    </>
  );
}

/** Where lines could begin and end; they are drawn along points of their own. */
function Ends() {
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} className={classes.handle} />
      <Handle type="source" position={Position.Right} isConnectable={false} className={classes.handle} />
    </>
  );
}
