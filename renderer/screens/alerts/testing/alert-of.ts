import type { Alert } from '#shared/domain/rules/alert';

/** A made-up alert for tests. */
export function alertOf(id: number, part: Partial<Alert> = {}): Alert {
  return {
    id,
    ruleId: 'gpu-hot',
    hostId: 'gpu01',
    subject: 'gpu GPU-8f2c1a3b-0000-0000-0000-000000000003',
    state: 'firing',
    severity: 'critical',
    title: { en: 'GPU too hot', 'zh-CN': 'GPU 温度过高' },
    message: { en: 'The GPU has 91 °C.', 'zh-CN': 'GPU 温度为 91 °C。' },
    labels: {},
    treeId: null,
    value: 91,
    sinceMs: 1000,
    firedMs: 61_000,
    resolvedMs: null,
    isAbandoned: false,
    acknowledged: null,
    ...part,
  };
}
