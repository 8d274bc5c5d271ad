import { type NvmeHealth, nvmeWarnings } from '#shared/domain/facts/storage';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { diskHealthProbe } from '../../../probes/disk-health/disk-health-probe';
import { nvmeProbe } from '../../../probes/nvme/nvme-probe';
import { only, type SlowCollector, type SlowFrame, unknownIfNull } from './slow-collector';

const layout: readonly MetricId[] = [
  'disk.temperatureC',
  'disk.criticalWarning',
  'disk.wearPercent',
  'disk.sparePercent',
  'disk.failing',
];

/** What disks say of their own health; of NVMe also where there is no smartctl. */
export const diskHealth: SlowCollector = {
  id: 'disk-health',
  everyMs: 1_800_000,
  probes: [diskHealthProbe, only(nvmeProbe, 'nvme-sysfs', 'smart-log')],
  read({ facts: { 'disk-health': smart, nvme } }) {
    const controllers = nvme?.controllers ?? [];
    /** Samples of an NVMe disk are kept under the name of its first namespace, as the kernel's counters are. */
    const diskOf = (name: string): string =>
      controllers.find((controller) => controller.name === name)?.namespaces[0]?.name ??
      (/^nvme\d+$/.test(name) ? `${name}n1` : name);
    const frames = new Map<string, SlowFrame>();
    const add = (id: string, values: readonly number[]): void => {
      if (!values.every(Number.isNaN)) frames.set(id, { subject: { kind: 'disk', id }, layout, values });
    };
    for (const { name, health } of controllers) {
      if (health) add(diskOf(name), [...ofNvme(health), Number.NaN]);
    }
    for (const disk of smart?.disks ?? []) {
      const own = disk.nvme
        ? ofNvme(disk.nvme)
        : [unknownIfNull(disk.temperatureC), Number.NaN, unknownIfNull(disk.usedPercent), Number.NaN];
      const failing = disk.hasPassed === null ? Number.NaN : Number(!disk.hasPassed);
      add(diskOf(disk.device.replace(/^\/dev\//, '')), [...own, failing]);
    }
    return [...frames.values()];
  },
};

function ofNvme({ temperatureC, warnings, usedPercent, sparePercent }: NvmeHealth): number[] {
  const bits = warnings?.reduce((sum, warning) => sum + 2 ** nvmeWarnings.indexOf(warning), 0);
  return [temperatureC, bits, usedPercent, sparePercent].map(unknownIfNull);
}
