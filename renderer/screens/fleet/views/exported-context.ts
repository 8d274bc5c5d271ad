import { createContext } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';

interface Exported {
  rows: readonly FleetNode[];
  /** In the order in which they are shown. */
  shown: readonly FleetNode[];
  selected: readonly FleetNode[];
  filter: string;
}

/** What there is to export; the menu, which comes when it is used, reads it. */
export const ExportedContext = createContext<Exported>({ rows: [], shown: [], selected: [], filter: '' });
