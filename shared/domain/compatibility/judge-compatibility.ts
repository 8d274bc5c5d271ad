import type { NodeFacts } from '../facts/index';
import type { Message } from '../text';
import { judgeContainers } from './judge-containers';
import { judgeCuda } from './judge-cuda';
import { judgeDriver } from './judge-driver';
import { judgeKernel } from './judge-kernel';
import { judgePython } from './judge-python';
import { newestWithoutReboot, newestWithReboot } from './newest';
import type { CompatibilityReport, CompatibilityRow } from './report';
import { type Knowledge, readStack } from './stack';

/** A probe that did not tell what it should, and why. */
export interface UnreadProbe {
  readonly probeId: string;
  readonly reason: Message;
}

/** Whose silence leaves a gap in which group. That a tool is not there is no gap. */
const groups: Readonly<Record<string, CompatibilityRow['group']>> = {
  gpu: 'driver',
  'gpu-devices': 'driver',
  'gpu-driver': 'driver',
  packages: 'cuda',
  cuda: 'cuda',
  'python-environments': 'python',
  'nvidia-container-toolkit': 'containers',
  docker: 'containers',
  containers: 'containers',
  os: 'kernel',
  'pending-changes': 'kernel',
};

/**
 * What of a node's software fits what, by the tables and rules of the catalogue. Pure: the same facts, tables and month give
 * the same report. What is not known is told as unknown, and what is not there has no row.
 */
export function judgeCompatibility(
  facts: NodeFacts,
  knowledge: Knowledge,
  unread: readonly UnreadProbe[] = [],
): CompatibilityReport {
  const stack = readStack(facts, knowledge);
  const rows = [
    ...judgeDriver(stack),
    ...judgeCuda(stack),
    ...judgePython(stack),
    ...judgeContainers(stack),
    ...judgeKernel(stack),
  ];
  const hasNoGpu = stack.gpus !== null && stack.gpus.length === 0;
  if (!hasNoGpu) rows.push(...gaps(unread));
  const isEmpty = rows.length === 0;
  return {
    rows,
    withoutReboot: newestWithoutReboot(stack),
    withReboot: newestWithReboot(stack),
    absence: !isEmpty
      ? null
      : {
          key: hasNoGpu
            ? 'compatibility.absentNoGpu'
            : stack.driver === null
              ? 'compatibility.absentNoDriver'
              : 'compatibility.absentNothing',
        },
    asOf: knowledge.catalogue.asOf,
  };
}

/** What was not read is told, so that no row at all is not taken for nothing wrong. */
function gaps(unread: readonly UnreadProbe[]): CompatibilityRow[] {
  return unread.flatMap(({ probeId, reason }): CompatibilityRow[] => {
    const group = groups[probeId];
    if (group === undefined) return [];
    return [
      {
        id: `unread:${probeId}`,
        group,
        subject: { key: 'compatibility.subjectUnread', params: { probe: probeId } },
        verdict: 'unknown',
        found: null,
        needed: null,
        reason,
        evidence: { probeId, factPath: '' },
        ruleId: null,
        source: '',
      },
    ];
  });
}
