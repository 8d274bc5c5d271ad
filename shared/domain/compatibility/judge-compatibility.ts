import type { NodeFacts } from '../facts/index';
import { judgeContainers } from './judge-containers';
import { judgeCuda } from './judge-cuda';
import { judgeDriver } from './judge-driver';
import { judgeKernel } from './judge-kernel';
import { judgePython } from './judge-python';
import { newestWithoutReboot, newestWithReboot } from './newest';
import type { CompatibilityReport } from './report';
import { type Knowledge, readStack } from './stack';

/**
 * What of a node's software fits what, by the tables and rules of the catalogue. Pure: the same facts, tables and month give
 * the same report. What is not known is told as unknown, and what is not there has no row.
 */
export function judgeCompatibility(facts: NodeFacts, knowledge: Knowledge): CompatibilityReport {
  const stack = readStack(facts, knowledge);
  const rows = [
    ...judgeDriver(stack),
    ...judgeCuda(stack),
    ...judgePython(stack),
    ...judgeContainers(stack),
    ...judgeKernel(stack),
  ];
  const hasNoGpu = stack.gpus !== null && stack.gpus.length === 0;
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
