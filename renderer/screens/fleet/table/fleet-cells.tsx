import type { ReactNode } from 'react';
import { fieldText, type ValueFormat } from '#shared/domain/fleet/field-text';
import { type FleetFieldId, fieldOf } from '#shared/domain/fleet/fields';
import type { FieldContext, FleetNode } from '#shared/domain/fleet/fleet-node';
import type { Words } from '../../../app/i18n';
import { ConnectionBadge } from '../../../components/connection-badge';
import type { Formatters } from '../../../components/format';
import { Meter } from '../../../components/meter';
import { StaleBadge, staleAfterMs } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { useNow } from '../../../components/use-now';
import classes from '../fleet.module.css';
import { AttentionCell } from './attention-cell';

export interface CellContext extends FieldContext {
  t: Words['t'];
  /** Labels that have the name of a node in them. */
  nameIn: Record<'rowActions' | 'selectNode', (name: string) => string>;
  format: Formatters;
  values: ValueFormat & { date(atMs: number): string };
}

/**
 * What a column shows of a node. Plain functions, and a component only where one is needed: hundreds of lines have thousands
 * of cells, and each component costs.
 */
export function fleetCell(field: FleetFieldId, row: FleetNode, context: CellContext): ReactNode {
  return (cells[field] ?? usualCell(field))(row, context);
}

type Cell = (row: FleetNode, context: CellContext) => ReactNode;

const unknown = <span className="dim">—</span>;

/** Fields that are shown in a way of their own. */
const cells: Partial<Record<FleetFieldId, Cell>> = {
  name: ({ host: { spec } }) => (
    <span
      className={classes.name}
      title={spec.kind === 'ssh' ? `${spec.target.user}@${spec.target.address}:${spec.target.port}` : undefined}
    >
      {spec.name}
    </span>
  ),
  connection: ({ host }) => <ConnectionBadge host={host} />,
  'gpu.model': (row, { t }) => {
    const gpus = gpuText(row);
    return gpus === '' ? <span className="dim">{t('fleetScreen.noGpu')}</span> : text(gpus);
  },
  'gpu.memory.use': memory,
  // Their heads say what they are counted in.
  'gpu.temperature': ({ summary }, { format }) => figure(summary?.maxGpuTemperatureC, format),
  'gpu.load': ({ summary }, { format }) => figure(summary?.maxGpuUtilizationPercent, format, '%'),
  'rdma.active': ({ summary }, { t }) => {
    const active = summary?.rdmaPortsActive ?? null;
    const total = summary?.rdmaPortsTotal ?? null;
    if (active === null || total === null || total === 0) return unknown;
    return <span title={t('fleetScreen.rdmaPorts', { active, total })}>{`${active}/${total}`}</span>;
  },
  observed: (row, { t }) => {
    if (row.summary?.isCollecting) return <span className={classes.collecting}>{t('fleetScreen.collecting')}</span>;
    const atMs = row.summary?.observedAtMs ?? null;
    if (atMs === null) return <span className="dim">{t('fleetScreen.neverCollected')}</span>;
    // A bundle is of its time for good; it can't go stale.
    return row.host.spec.kind === 'bundle' ? <Ago atMs={atMs} /> : <Age atMs={atMs} />;
  },
  attention: (row) => <AttentionCell row={row} />,
};

function usualCell(id: FleetFieldId): Cell {
  const field = fieldOf(id);
  return (row, context) => {
    const value = field.read(row, context);
    if (value === null) return unknown;
    if (field.kind === 'time' && typeof value === 'number') return <Ago atMs={value} />;
    if (typeof value === 'object' && value.length === 0)
      return <span className="dim">{context.values.word('none')}</span>;
    return text(fieldText(field, value, context.values));
  };
}

/** `8 × H100 80GB HBM3, 1 × T400`; empty without a GPU. Null: not known. */
function gpuText({ summary }: FleetNode): string | null {
  if (!summary?.gpuModels) return null;
  return summary.gpuModels.map(({ name, count }) => `${count} × ${shortGpuName(name)}`).join(', ');
}

/** The maker's name is the same on every card and says nothing in a column. */
export function shortGpuName(name: string): string {
  return name.replace(/^NVIDIA\s+/i, '');
}

function text(value: string | null): ReactNode {
  return value === null ? unknown : <span title={value}>{value}</span>;
}

function figure(value: number | null | undefined, format: Formatters, suffix = ''): ReactNode {
  return value === null || value === undefined ? unknown : `${format.number(value, 0)}${suffix}`;
}

function memory({ summary }: FleetNode, { format }: CellContext): ReactNode {
  const used = summary?.gpuMemoryUsedBytes ?? null;
  const total = summary?.gpuMemoryTotalBytes ?? null;
  if (total === null || total === 0) return unknown;
  const words = `${used === null ? '—' : format.bytes(used)} / ${format.bytes(total)}`;
  return (
    <span className={classes.memory} title={words}>
      <Meter value={used ?? 0} max={total} label={words} />
      <span className="ellipsis">
        {used === null ? '—' : format.percent((100 * used) / total)}{' '}
        <span className={`dim ${classes.total}`}>{format.bytes(total)}</span>
      </span>
    </span>
  );
}

function Age({ atMs }: { atMs: number }) {
  const now = useNow();
  return now - atMs > staleAfterMs ? <StaleBadge atMs={atMs} isStale isShort /> : <Ago atMs={atMs} />;
}
