import { type ComponentType, lazy } from 'react';
import { OverviewTab } from './overview/overview-tab';
import type { SectionId } from './sections';

const loads: Array<() => Promise<unknown>> = [];

function later(load: () => Promise<ComponentType>): ComponentType {
  loads.push(load);
  return lazy(async () => ({ default: await load() }));
}

/** The overview is there at once; the others come when they are first wanted, and all of them soon after the first look. */
export const panels: Readonly<Record<SectionId, ComponentType>> = {
  overview: OverviewTab,
  live: later(async () => (await import('./live/live-tab')).LiveTab),
  gpus: later(async () => (await import('./gpus/gpu-tab')).GpuTab),
  system: later(async () => (await import('./system/system-tab')).SystemTab),
  storage: later(async () => (await import('./storage/storage-tab')).StorageTab),
  network: later(async () => (await import('./network/network-tab')).NetworkTab),
  power: later(async () => (await import('./power/power-tab')).PowerTab),
  topology: later(async () => (await import('./topology/topology-tab')).TopologyTab),
  software: later(async () => (await import('./software/software-tab')).SoftwareTab),
  compatibility: later(async () => (await import('./compatibility/compatibility-tab')).CompatibilityTab),
  profile: later(async () => (await import('./parts/profile-tab')).ProfileTab),
  changes: later(async () => (await import('./parts/changes-tab')).ChangesTab),
  parts: later(async () => (await import('./parts/parts-tab')).PartsTab),
  probes: later(async () => (await import('./probes-tab')).ProbesTab),
};

/** Brings the code of every section, one after the other, so that opening one waits for nothing. */
export async function preloadSections(): Promise<void> {
  for (const load of loads) await load();
}
