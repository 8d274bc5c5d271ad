import '@xyflow/react/dist/base.css';
import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconDownload, IconMaximize, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import type { Topology } from '#shared/domain/topology/topology';
import { useWords } from '../../../app/i18n';
import { IconControl } from '../../../components/icon-control';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { currentColours, savePicture } from '../../../components/save-picture';
import { native } from '../../../rpc/client';
import { useHost } from '../../../stores/fleet-store';
import { useResults } from '../probe-section';
import { LinkEdge } from './link-edge';
import { pictureElements } from './picture-elements';
import { BoxNode, PartNode } from './picture-nodes';
import classes from './topology.module.css';
import { drawTopology, nextTo } from './topology-drawing';
import { TopologyExplanation } from './topology-explanation';
import { topologySvg } from './topology-svg';

const nodeTypes = { box: BoxNode, part: PartNode };
const edgeTypes = { link: LinkEdge };
/** Taller than this, the picture is zoomed out rather than pushing the matrix further down. */
const heights = { min: 220, max: 940 };

interface TopologyPictureProps {
  topology: Topology;
}

export function TopologyPicture(props: TopologyPictureProps) {
  return (
    <ReactFlowProvider>
      <Picture {...props} />
    </ReactFlowProvider>
  );
}

function Picture({ topology }: TopologyPictureProps) {
  const words = useWords();
  const { t } = words;
  const flow = useReactFlow();
  const name = useHost(useResults().hostId)?.spec.name ?? '';
  const drawing = useMemo(() => drawTopology(topology), [topology]);
  const [activeId, setActiveId] = useState<string | null>(null);
  const [saving, setSaving] = useState<'svg' | 'png' | null>(null);
  const { ref, width } = useElementSize();
  const scale = width === 0 ? 1 : Math.min(1, width / drawing.width);
  const height = Math.min(heights.max, Math.max(heights.min, drawing.height * scale));
  const { nodes, edges } = pictureElements(drawing, topology, { activeId, onActive: setActiveId });
  const links = topology.edges.filter(({ kind }) => kind === 'pcie').length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the picture is fitted when its frame or what is drawn changes
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView({ padding: 0.005, maxZoom: 1 }));
    return () => cancelAnimationFrame(frame);
  }, [width, height, drawing.width, drawing.height]);

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const id = event.target instanceof HTMLElement ? event.target.dataset.pictureId : undefined;
    switch (event.key) {
      case 'ArrowUp':
      case 'ArrowDown':
      case 'ArrowLeft':
      case 'ArrowRight': {
        const next = id ? nextTo(drawing, id, event.key) : null;
        if (!next) return;
        event.currentTarget.querySelector<HTMLElement>(`[data-picture-id="${CSS.escape(next)}"]`)?.focus();
        break;
      }
      case '+':
      case '=':
        void flow.zoomIn();
        break;
      case '-':
        void flow.zoomOut();
        break;
      case '0':
        void flow.fitView({ padding: 0.005, maxZoom: 1 });
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  async function save(format: 'svg' | 'png') {
    setSaving(format);
    const svg = topologySvg(drawing, topology, { title: name, t, colours: currentColours() });
    try {
      const path = await savePicture(native, `${name}-topology`, format, svg);
      if (path !== null) notify({ message: t('topology.saved', { path }) }, words);
    } catch (error) {
      notifyError(error, words);
    } finally {
      setSaving(null);
    }
  }

  return (
    <div className={classes.picture}>
      <div className={classes.layout}>
        <div className={classes.explanationAside}>
          <TopologyExplanation drawing={drawing} topology={topology} activeId={activeId} />
        </div>
        <section
          ref={ref}
          className={classes.frame}
          style={{ height }}
          aria-label={t('topology.pictureLabel', {
            name,
            devices: drawing.parts.filter(({ kind }) => kind === 'gpu' || kind === 'nic' || kind === 'nvme').length,
            links,
          })}
          onKeyDown={onKeyDown}
        >
          <p className="visually-hidden">{t('topology.help')}</p>
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            zoomOnScroll={false}
            preventScrolling={false}
            zoomOnDoubleClick={false}
            disableKeyboardA11y
            minZoom={0.2}
            maxZoom={2}
            proOptions={{ hideAttribution: true }}
          />
        </section>
      </div>
      <div className={classes.foot}>
        <div className={classes.controls}>
          <IconControl icon={IconZoomIn} label={t('topology.zoomIn')} onClick={() => void flow.zoomIn()} />
          <IconControl icon={IconZoomOut} label={t('topology.zoomOut')} onClick={() => void flow.zoomOut()} />
          <IconControl
            icon={IconMaximize}
            label={t('topology.fit')}
            onClick={() => void flow.fitView({ padding: 0.005, maxZoom: 1 })}
          />
        </div>
        <Legend topology={topology} />
        <div className={classes.controls}>
          {(['svg', 'png'] as const).map((format) => (
            <Button
              key={format}
              size="compact-xs"
              variant="default"
              loading={saving === format}
              disabled={saving !== null && saving !== format}
              leftSection={<IconDownload size={14} aria-hidden />}
              aria-label={t(format === 'svg' ? 'topology.saveSvg' : 'topology.savePng')}
              onClick={() => void save(format)}
            >
              {format.toUpperCase()}
            </Button>
          ))}
        </div>
      </div>
    </div>
  );
}

/** The kinds of lines that are in the picture. */
function Legend({ topology }: TopologyPictureProps) {
  const { t } = useWords();
  const states = (['ok', 'degraded', 'idle', 'unknown'] as const).filter((state) =>
    topology.edges.some((edge) => edge.kind !== 'inside' && edge.state === state),
  );
  const hasGpuLinks = topology.edges.some(({ kind }) => kind === 'nvlink' || kind === 'xgmi');
  return (
    <ul className={classes.legend} aria-label={t('topology.legend.title')}>
      {states.map((state) => (
        <li key={state}>
          <svg width="26" height="8" aria-hidden="true">
            <path className={classes.line} data-state={state} d="M 1 4 L 25 4" />
          </svg>
          {t(`topology.legend.${state}`)}
        </li>
      ))}
      {hasGpuLinks && (
        <li>
          <svg width="26" height="8" aria-hidden="true">
            <path className={classes.line} data-state="ok" data-kind="nvlink" d="M 1 4 L 25 4" />
          </svg>
          {t('topology.legend.nvlink')}
        </li>
      )}
    </ul>
  );
}
