import type { ActivationKind } from './activation';
import { composeActivation } from './compose';
import { netplanActivation } from './netplan';
import { prometheusActivation } from './prometheus';
import { sysctlActivation } from './sysctl';
import { unitActivation } from './unit';

const all: readonly ActivationKind[] = [
  unitActivation,
  prometheusActivation,
  composeActivation,
  netplanActivation,
  sysctlActivation,
];

/** Throws for a kind that there is none of. */
export function activationKind(kind: string): ActivationKind {
  const found = all.find((one) => one.kind === kind);
  if (!found) throw new Error(`no activation ${kind}`);
  return found;
}
