import type { Subject } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { bmcProbe } from '../../../probes/bmc/bmc-probe';
import { cephProbe } from '../../../probes/ceph/ceph-probe';
import { edacProbe } from '../../../probes/edac/edac-probe';
import { timeSyncProbe } from '../../../probes/time-sync/time-sync-probe';
import { only, type SlowCollector, unknownIfNull } from './slow-collector';

const subject: Subject = { kind: 'node', id: '' };

const clockMetrics: readonly MetricId[] = [
  'node.clockOffsetSeconds',
  'node.clockDifferenceSeconds',
  'node.clockSynced',
];

/** What the node's time service knows of its clock, and what this workstation sees of it. */
export const clock: SlowCollector = {
  id: 'clock',
  everyMs: 60_000,
  probes: [timeSyncProbe],
  read({ facts: { 'time-sync': told }, clockOffsetMs }) {
    const isSynced = told?.isSynchronized ?? null;
    const values = [
      unknownIfNull(told?.offsetSeconds),
      clockOffsetMs === null ? Number.NaN : clockOffsetMs / 1000,
      isSynced === null ? Number.NaN : Number(isSynced),
    ];
    return values.every(Number.isNaN) ? [] : [{ subject, layout: clockMetrics, values }];
  },
};

const errorMetrics: readonly MetricId[] = ['node.memoryErrorsCorrected', 'node.memoryErrorsUncorrected'];

/** Errors of memory that the kernel counts, over all controllers. */
export const memoryErrors: SlowCollector = {
  id: 'memory-errors',
  everyMs: 60_000,
  probes: [edacProbe],
  read({ facts: { edac } }) {
    const controllers = edac?.controllers ?? [];
    if (controllers.length === 0) return [];
    const total = (counts: ReadonlyArray<number | null>): number =>
      counts.reduce<number>((sum, count) => sum + unknownIfNull(count), 0);
    const corrected = total(controllers.map(({ correctedErrors }) => correctedErrors));
    const uncorrected = total(controllers.map(({ uncorrectedErrors }) => uncorrectedErrors));
    return [{ subject, layout: errorMetrics, values: [corrected, uncorrected] }];
  },
};

const powerMetrics: readonly MetricId[] = ['node.powerW'];

/** A BMC is slow and does one thing at a time: never asked more often than each minute. */
export const bmcPower: SlowCollector = {
  id: 'bmc-power',
  everyMs: 60_000,
  probes: [only(bmcProbe, 'ipmi-power')],
  read({ facts: { bmc } }) {
    const watts = bmc?.power?.isActive === false ? null : bmc?.power?.nowW;
    return watts === null || watts === undefined ? [] : [{ subject, layout: powerMetrics, values: [watts] }];
  },
};

const cephMetrics: readonly MetricId[] = ['node.cephHealth'];
const cephStates = ['HEALTH_OK', 'HEALTH_WARN', 'HEALTH_ERR'];

/** Numbers as Ceph's own exporter has them. */
export const cephHealth: SlowCollector = {
  id: 'ceph',
  everyMs: 60_000,
  probes: [only(cephProbe, 'status')],
  read({ facts: { ceph } }) {
    const state = cephStates.indexOf(ceph?.health ?? '');
    return state < 0 ? [] : [{ subject, layout: cephMetrics, values: [state] }];
  },
};
