import type { MetricId } from '#shared/domain/telemetry/metrics';
import { upsProbe } from '../../../probes/ups/ups-probe';
import { type SlowCollector, unknownIfNull } from './slow-collector';

const layout: readonly MetricId[] = [
  'ups.onBattery',
  'ups.lowBattery',
  'ups.overloaded',
  'ups.replaceBattery',
  'ups.chargePercent',
  'ups.loadPercent',
  'ups.runtimeSeconds',
];
const flags = ['on-battery', 'low-battery', 'overloaded', 'replace-battery'] as const;

/** Power supplies that this node is told of; what one with a dead driver does nobody knows. */
export const ups: SlowCollector = {
  id: 'ups',
  everyMs: 30_000,
  probes: [upsProbe],
  read: ({ facts }) =>
    (facts.ups?.devices ?? []).map(({ name, problem, states, chargePercent, loadPercent, runtimeSeconds }) => {
      const isKnown = problem === null && states.length > 0;
      return {
        subject: { kind: 'ups', id: name },
        layout,
        values: [
          ...flags.map((flag) => (isKnown ? Number(states.includes(flag)) : Number.NaN)),
          ...[chargePercent, loadPercent, runtimeSeconds].map(unknownIfNull),
        ],
      };
    }),
};
