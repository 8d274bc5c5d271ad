import type { ReactNode } from 'react';
import type { Words } from '../../app/i18n';
import { ConnectionBadge } from '../../components/connection-badge';
import type { Formatters } from '../../components/format';
import { Meter } from '../../components/meter';
import { StaleBadge, staleAfterMs } from '../../components/state-view';
import { Ago } from '../../components/time';
import { useNow } from '../../components/use-now';
import { AttentionCell } from './attention-cell';
import classes from './fleet.module.css';
import type { ColumnId } from './fleet-columns';
import { type FleetRow, gpuText } from './fleet-rows';
import { RowMenu } from './row-menu';

export interface CellContext {
  t: Words['t'];
  format: Formatters;
}

/**
 * What each column shows of a node. Plain functions, and a component only where one is needed: hundreds of lines have
 * thousands of cells, and each component costs.
 */
export const fleetCells: Record<ColumnId, (row: FleetRow, context: CellContext) => ReactNode> = {
  name: ({ host: { spec } }) => (
    <span
      className={classes.name}
      title={spec.kind === 'ssh' ? `${spec.target.user}@${spec.target.address}:${spec.target.port}` : undefined}
    >
      {spec.name}
    </span>
  ),
  connection: ({ host }) => <ConnectionBadge host={host} />,
  os: ({ summary }) => text(summary?.osName),
  gpus: (row, { t }) => {
    const gpus = gpuText(row);
    return gpus === '' ? <span className="dim">{t('fleetScreen.noGpu')}</span> : text(gpus);
  },
  driver: ({ summary }) => text(summary?.driverVersion),
  gpuMemory: memory,
  temperature: ({ summary }, { format }) => figure(summary?.maxGpuTemperatureC, format),
  utilization: ({ summary }, { format }) => figure(summary?.maxGpuUtilizationPercent, format, '%'),
  rdma: ({ summary }, { t }) => {
    const active = summary?.rdmaPortsActive ?? null;
    const total = summary?.rdmaPortsTotal ?? null;
    if (active === null || total === null || total === 0) return unknown;
    return <span title={t('fleetScreen.rdmaPorts', { active, total })}>{`${active}/${total}`}</span>;
  },
  collected: (row, { t }) => {
    if (row.summary?.isCollecting) return <span className={classes.collecting}>{t('fleetScreen.collecting')}</span>;
    const atMs = row.summary?.observedAtMs ?? null;
    if (atMs === null) return <span className="dim">{t('fleetScreen.neverCollected')}</span>;
    // A bundle is of its time for good; it can't go stale.
    return row.host.spec.kind === 'bundle' ? <Ago atMs={atMs} /> : <Age atMs={atMs} />;
  },
  attention: (row) => <AttentionCell row={row} />,
  actions: (row) => <RowMenu row={row} />,
};

const unknown = <span className="dim">—</span>;

function text(value: string | null | undefined): ReactNode {
  return value === null || value === undefined ? unknown : <span title={value}>{value}</span>;
}

function figure(value: number | null | undefined, format: Formatters, suffix = ''): ReactNode {
  return value === null || value === undefined ? unknown : `${format.number(value, 0)}${suffix}`;
}

function memory({ summary }: FleetRow, { format }: CellContext): ReactNode {
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
