import {
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  tableFeatures,
} from '@tanstack/react-table';
import type { Words } from '../../app/i18n';
import { type FleetRow, gpuText, needsAttention } from './fleet-rows';

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
  temperature: { widthPx: 64, fromPx: 740, isNumeric: true },
  utilization: { widthPx: 76, fromPx: 980, isNumeric: true },
  rdma: { widthPx: 64, fromPx: 1100, isNumeric: true },
  collected: { widthPx: 108, fromPx: 800 },
  attention: { widthPx: 160, fromPx: 0 },
  actions: { widthPx: 40, fromPx: 0 },
};

const helper = createColumnHelper<typeof features, FleetRow>();

/** Values that are not known sort last whichever way the table is turned. */
const known = { sortUndefined: 'last', sortDescFirst: true } as const;

/** What a column is called and sorted by; `fleetCells` shows it. */
export function createColumns({ t }: Pick<Words, 't'>) {
  return helper.columns([
    helper.accessor((row) => row.host.spec.name, {
      id: 'name',
      header: t('fleetScreen.column.name'),
      sortFn: 'alphanumeric',
    }),
    helper.accessor((row) => row.host.status.connection, {
      id: 'connection',
      header: t('fleetScreen.column.connection'),
      sortFn: 'alphanumeric',
    }),
    helper.accessor((row) => row.summary?.osName ?? undefined, {
      id: 'os',
      header: t('fleetScreen.column.os'),
      sortFn: 'alphanumeric',
      sortUndefined: 'last',
    }),
    helper.accessor((row) => gpuText(row) ?? undefined, {
      id: 'gpus',
      header: t('fleetScreen.column.gpus'),
      sortFn: 'alphanumeric',
      ...known,
    }),
    helper.accessor((row) => row.summary?.driverVersion ?? undefined, {
      id: 'driver',
      header: t('fleetScreen.column.driver'),
      sortFn: 'alphanumeric',
      ...known,
    }),
    helper.accessor((row) => memoryShare(row), {
      id: 'gpuMemory',
      header: t('fleetScreen.column.gpuMemory'),
      ...known,
    }),
    helper.accessor((row) => row.summary?.maxGpuTemperatureC ?? undefined, {
      id: 'temperature',
      header: t('fleetScreen.column.temperature'),
      ...known,
    }),
    helper.accessor((row) => row.summary?.maxGpuUtilizationPercent ?? undefined, {
      id: 'utilization',
      header: t('fleetScreen.column.utilization'),
      ...known,
    }),
    helper.accessor((row) => row.summary?.rdmaPortsActive ?? undefined, {
      id: 'rdma',
      header: t('fleetScreen.column.rdma'),
      ...known,
    }),
    helper.accessor((row) => row.summary?.observedAtMs ?? undefined, {
      id: 'collected',
      header: t('fleetScreen.column.collected'),
      ...known,
    }),
    helper.accessor((row) => (needsAttention(row) ? 1 + (row.summary?.attention.length ?? 0) : 0), {
      id: 'attention',
      header: t('fleetScreen.column.attention'),
      sortDescFirst: true,
    }),
    helper.display({
      id: 'actions',
      header: () => <span className="visually-hidden">{t('fleetScreen.column.actions')}</span>,
    }),
  ]);
}

function memoryShare({ summary }: FleetRow): number | undefined {
  const { gpuMemoryUsedBytes: used, gpuMemoryTotalBytes: total } = summary ?? {};
  return typeof used === 'number' && typeof total === 'number' && total > 0 ? used / total : undefined;
}
