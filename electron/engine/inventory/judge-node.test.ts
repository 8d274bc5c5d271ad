import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import { fn, full, pci } from '#shared/domain/topology/testing/pci-functions';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { createNodeJudge } from './judge-node';

let folder: string;
let stores: Store[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-judge-'));
  stores = [];
});
afterEach(() => {
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function start() {
  const store = openStore(join(folder, 'gantry.db'));
  stores.push(store);
  const node: { facts: NodeFacts; looks: number; announced: string[] } = { facts: {}, looks: 0, announced: [] };
  let collected = (_: string) => {};
  let removed = (_: string) => {};
  const judgementOf = createNodeJudge({
    store,
    hosts: {
      onDidRemove: (listener) => {
        removed = listener;
        return () => {};
      },
    },
    inventory: {
      facts: () => {
        node.looks += 1;
        return node.facts;
      },
      onDidCollect: (listener) => {
        collected = listener;
      },
      announce: (hostId) => node.announced.push(hostId),
      results: () => [],
    },
    nowMs: () => Date.UTC(2026, 10, 22),
  });
  return {
    node,
    judgementOf,
    collect: (hostId: string) => collected(hostId),
    remove: (hostId: string) => removed(hostId),
  };
}

const narrow: NodeFacts = {
  pci: pci(
    fn('0000:15:01.0', '060400'),
    fn('0000:1b:00.0', '020000', { parentAddress: '0000:15:01.0', vendorId: '15b3', link: { ...full, width: 8 } }),
  ),
};

it('keeps what it found, and reads no facts again to tell it, in this process, after a start or in another one', () => {
  const first = start();
  first.node.facts = narrow;
  expect(first.judgementOf('a').attention).toEqual([]);
  first.collect('a');
  const told = [{ key: 'inventory.attentionPcieLowAt', params: expect.objectContaining({ trained: 'x8' }) }];
  expect(first.judgementOf('a').attention).toEqual(told);
  expect(first.judgementOf('b')).toEqual({ compatibility: null, attention: [] });
  expect(first.node.announced).toEqual(['a']);

  const second = start();
  expect(second.judgementOf('a').attention).toEqual(told);
  expect(first.node.looks).toBeGreaterThan(0);
  expect(second.node.looks).toBe(0);

  second.node.facts = {};
  second.collect('a');
  expect(first.judgementOf('a').attention).toEqual([]);
});

it('forgets them with their host', () => {
  const { node, judgementOf, collect, remove } = start();
  node.facts = narrow;
  collect('a');
  expect(judgementOf('a').attention).toHaveLength(1);
  remove('a');
  expect(judgementOf('a').attention).toEqual([]);
  expect(start().judgementOf('a').attention).toEqual([]);
});
