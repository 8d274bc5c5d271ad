import { expect, it } from 'vitest';
import type { Finding } from '#shared/domain/finding';
import type { RankedFinding, Scan, ScanNode, ScanWalk } from '#shared/domain/scan/scan';
import { exitCodeOf } from './scan';

const walk: ScanWalk = {
  treeId: 'a',
  runId: 'scan:0:a',
  state: 'concluded',
  reason: null,
  question: null,
  findings: [],
};
const node: ScanNode = {
  hostId: 'n1',
  state: 'done',
  error: null,
  progress: { done: 1, total: 1, running: [] },
  reading: null,
  finishedAtMs: 1,
  unread: [],
  walks: [walk],
  changes: [],
};
const scan: Pick<Scan, 'state' | 'nodes' | 'ranked' | 'unjudged'> = {
  state: 'done',
  nodes: [node],
  ranked: [],
  unjudged: [],
};

function found(severity: Finding['severity']): RankedFinding {
  return {
    finding: { severity } as Finding,
    treeIds: ['a'],
    causeId: null,
    because: null,
    isRootCause: false,
    locality: null,
  };
}

it.each([
  ['nothing was found', {}, 0],
  ['only context was found', { ranked: [found('info')] }, 0],
  ['something was found', { ranked: [found('info'), found('warn')] }, 1],
  ['a tree needs an answer', { nodes: [{ ...node, walks: [{ ...walk, state: 'waiting' }] }] }, 0],
  ['a tree could not judge', { ranked: [found('fatal')], unjudged: [found('warn')] }, 3],
  ['a tree could not judge what matters little', { unjudged: [found('info')] }, 0],
  ['a tree was not walked', { nodes: [{ ...node, walks: [{ ...walk, state: 'not-walked' }] }] }, 3],
  ['a node was not reached', { nodes: [{ ...node, state: 'failed' }] }, 3],
  ['it was cancelled', { state: 'cancelled' }, 3],
] as [string, Partial<typeof scan>, number][])('when %s, the scan ends with its code', (_, change, code) => {
  expect(exitCodeOf({ ...scan, ...change })).toBe(code);
});
