import { expect, it } from 'vitest';
import type { ProbeState } from '../probe';
import { partReaders } from './index';
import { unreadKinds } from './unread-kinds';

const withStates = (states: Readonly<Record<string, ProbeState>>) => unreadKinds((id) => states[id] ?? 'ok');

it('knows every kind when every probe was ok', () => {
  expect(withStates({})).toEqual([]);
});

it.each(['denied', 'timeout', 'hung', 'unparsable', 'failed'] as const)(
  'may miss GPUs when nvidia-smi ended as %s',
  (state) => {
    expect(withStates({ gpu: state })).toContain('gpu');
  },
);

it('misses nothing for want of a tool that another one stands in for, and all without any', () => {
  const others = partReaders.filter(({ kind, needs }) => kind === 'node' && !needs.includes('os'));
  expect(others).toEqual([]);
  expect(withStates({ os: 'missing-tool' })).toContain('node');
});
