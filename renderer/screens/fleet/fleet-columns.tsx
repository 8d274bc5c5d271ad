import {
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  tableFeatures,
} from '@tanstack/react-table';
import type { Words } from '../../app/i18n';
import { ConnectionBadge } from '../../components/connection-badge';
import { useFormat } from '../../components/format';
import { Meter } from '../../components/meter';
import { StaleBadge, staleAfterMs } from '../../components/state-view';
import { Ago } from '../../components/time';
import { useNow } from '../../components/use-now';
import { AttentionCell } from './attention-cell';
import classes from './fleet.module.css';
import { type FleetRow, needsAttention, shortGpuName } from './fleet-rows';
import { RowMenu } from './row-menu';

export const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
});

export type ColumnId =
  | 'name'
  | 'connection'
  | 'os'
  | 'gpus'
  | 'driver'
  | 'gpuMemory'
  | 'temperature'
  | 'utilization'
  | 'rdma'
  | 'collected'
  | 'attention'
  | 'actions';

interface ColumnLayout {
  widthPx: number;
  /** Width in a table under `narrowBelowPx`. */
  narrowPx?: number;
  /** The least width of the table that has room for the column. */
  fromPx: number;
  isNumeric?: boolean;
}

export const narrowBelowPx = 1100;

/** The attention column takes what the others leave. */
export const columnLayout: Record<ColumnId, ColumnLayout> = {
  name: { widthPx: 156, narrowPx: 140, fromPx: 0 },
  connection: { widthPx: 124, fromPx: 0 },
  os: { widthPx: 140, fromPx: 1240 },
  gpus: { widthPx: 168, fromPx: 0 },
  driver: { widthPx: 92, fromPx: 1100 },
  gpuMemory: { widthPx: 172, narrowPx: 116, fromPx: 0 },
  temperature: { widthPx: 64, fromPx: 0, isNumeric: true },
  utilization: { widthPx: 76, fromPx: 980, isNumeric: true },
  rdma: { widthPx: 64, fromPx: 1100, isNumeric: true },
  collected: { widthPx: 108, fromPx: 800 },
  attention: { widthPx: 160, fromPx: 0 },
  actions: { widthPx: 40, fromPx: 0 },
};

const helper = createColumnHelper<typeof features, FleetRow>();

/** Values that are not known sort last whichever way the table is turned. */
const known = { sortUndefined: 'last', sortDescFirst: true } as const;

export function createColumns({ t }: Pick<Words, 't'>) {
  return helper.columns([
    helper.accessor((row) => row.host.spec.name, {
      id: 'name',
      header: t('fleetScreen.column.name'),
      sortFn: 'alphanumeric',
      cell: ({ row }) => <NameCell row={row.original} />,
    }),
    helper.accessor((row) => row.host.status.connection, {
      id: 'connection',
      header: t('fleetScreen.column.connection'),
      sortFn: 'alphanumeric',
      cell: ({ row }) => <ConnectionBadge host={row.original.host} />,
    }),
    helper.accessor((row) => row.summary?.osName ?? undefined, {
      id: 'os',
      header: t('fleetScreen.column.os'),
      sortFn: 'alphanumeric',
      sortUndefined: 'last',
      cell: (cell) => <Text value={cell.getValue()} />,
    }),
    helper.accessor((row) => gpuText(row) ?? undefined, {
      id: 'gpus',
      header: t('fleetScreen.column.gpus'),
      sortFn: 'alphanumeric',
      ...known,
      cell: (cell) => (
        <Text
          value={cell.getValue() === '' ? t('fleetScreen.noGpu') : cell.getValue()}
          isDim={cell.getValue() === ''}
        />
      ),
    }),
    helper.accessor((row) => row.summary?.driverVersion ?? undefined, {
      id: 'driver',
      header: t('fleetScreen.column.driver'),
      sortFn: 'alphanumeric',
      ...known,
      cell: (cell) => <Text value={cell.getValue()} />,
    }),
    helper.accessor((row) => memoryShare(row), {
      id: 'gpuMemory',
      header: t('fleetScreen.column.gpuMemory'),
      ...known,
      cell: ({ row }) => <MemoryCell row={row.original} />,
    }),
    helper.accessor((row) => row.summary?.maxGpuTemperatureC ?? undefined, {
      id: 'temperature',
      header: t('fleetScreen.column.temperature'),
      ...known,
      cell: (cell) => <Figure value={cell.getValue()} />,
    }),
    helper.accessor((row) => row.summary?.maxGpuUtilizationPercent ?? undefined, {
      id: 'utilization',
      header: t('fleetScreen.column.utilization'),
      ...known,
      cell: (cell) => <Figure value={cell.getValue()} suffix="%" />,
    }),
    helper.accessor((row) => row.summary?.rdmaPortsActive ?? undefined, {
      id: 'rdma',
      header: t('fleetScreen.column.rdma'),
      ...known,
      cell: ({ row }) => <RdmaCell row={row.original} t={t} />,
    }),
    helper.accessor((row) => row.summary?.observedAtMs ?? undefined, {
      id: 'collected',
      header: t('fleetScreen.column.collected'),
      ...known,
      cell: ({ row }) => <CollectedCell row={row.original} t={t} />,
    }),
    helper.accessor((row) => (needsAttention(row) ? 1 + (row.summary?.attention.length ?? 0) : 0), {
      id: 'attention',
      header: t('fleetScreen.column.attention'),
      sortDescFirst: true,
      cell: ({ row }) => <AttentionCell row={row.original} />,
    }),
    helper.display({
      id: 'actions',
      header: () => <span className="visually-hidden">{t('fleetScreen.column.actions')}</span>,
      cell: ({ row }) => <RowMenu row={row.original} />,
    }),
  ]);
}

function gpuText({ summary }: FleetRow): string | null {
  if (!summary?.gpuModels) return null;
  return summary.gpuModels.map(({ name, count }) => `${count} × ${shortGpuName(name)}`).join(', ');
}

function memoryShare({ summary }: FleetRow): number | undefined {
  const { gpuMemoryUsedBytes: used, gpuMemoryTotalBytes: total } = summary ?? {};
  return typeof used === 'number' && typeof total === 'number' && total > 0 ? used / total : undefined;
}

function Text({ value, isDim }: { value: string | undefined; isDim?: boolean }) {
  return (
    <span className={value === undefined || isDim ? 'dim' : undefined} title={value}>
      {value ?? '—'}
    </span>
  );
}

function Figure({ value, suffix = '' }: { value: number | undefined; suffix?: string }) {
  const format = useFormat();
  return value === undefined ? <span className="dim">—</span> : `${format.number(value, 0)}${suffix}`;
}

function NameCell({ row: { host } }: { row: FleetRow }) {
  const { spec } = host;
  const where = spec.kind === 'ssh' ? `${spec.target.user}@${spec.target.address}:${spec.target.port}` : undefined;
  return (
    <span className={classes.name} title={where}>
      {spec.name}
    </span>
  );
}

function MemoryCell({ row: { summary } }: { row: FleetRow }) {
  const format = useFormat();
  const used = summary?.gpuMemoryUsedBytes ?? null;
  const total = summary?.gpuMemoryTotalBytes ?? null;
  if (total === null || total === 0) return <span className="dim">—</span>;
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

function RdmaCell({ row: { summary }, t }: { row: FleetRow } & Pick<Words, 't'>) {
  const active = summary?.rdmaPortsActive ?? null;
  const total = summary?.rdmaPortsTotal ?? null;
  if (active === null || total === null || total === 0) return <span className="dim">—</span>;
  return <span title={t('fleetScreen.rdmaPorts', { active, total })}>{`${active}/${total}`}</span>;
}

function CollectedCell({ row: { summary, host }, t }: { row: FleetRow } & Pick<Words, 't'>) {
  const now = useNow();
  if (summary?.isCollecting) return <span className={classes.collecting}>{t('fleetScreen.collecting')}</span>;
  const atMs = summary?.observedAtMs ?? null;
  if (atMs === null) return <span className="dim">{t('fleetScreen.neverCollected')}</span>;
  // A bundle is of its time for good; it can't go stale.
  if (host.spec.kind !== 'bundle' && now - atMs > staleAfterMs) return <StaleBadge atMs={atMs} isStale isShort />;
  return <Ago atMs={atMs} />;
}
