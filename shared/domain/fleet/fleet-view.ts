import type { z } from 'zod';
import type { SortKey } from './arrange';
import { type FleetFieldId, isFleetFieldId } from './fields';
import type { fleetViewSchema } from './fleet-view-schema';

export type FleetView = z.infer<typeof fleetViewSchema>;

/** The columns of somebody who chose none. */
export const standardColumns = [
  'name',
  'connection',
  'os',
  'gpu.model',
  'driver',
  'gpu.memory.use',
  'gpu.temperature',
  'gpu.load',
  'rdma.active',
  'observed',
  'attention',
] as const satisfies readonly FleetFieldId[];

/** The fields of a view that this version knows. */
export function knownParts({ columns, sort, group }: Pick<FleetView, 'columns' | 'sort' | 'group'>): {
  columns: FleetFieldId[];
  sort: SortKey[];
  group: FleetFieldId | null;
} {
  const chosen = columns.map(({ field }) => field).filter(isFleetFieldId);
  return {
    columns: chosen.length > 0 ? chosen : [...standardColumns],
    sort: sort.flatMap(({ field, isDescending }) => (isFleetFieldId(field) ? [{ field, isDescending }] : [])),
    group: group !== null && isFleetFieldId(group) ? group : null,
  };
}
