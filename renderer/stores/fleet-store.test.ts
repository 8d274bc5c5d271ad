import { beforeEach, expect, it } from 'vitest';
import type { HostView } from '#shared/contract/hosts';
import type { HostStatus } from '#shared/domain/host';
import { applyStatuses, resetFleet, setHosts, useFleet } from './fleet-store';

const status = (hostId: string, connection: HostStatus['connection'] = 'idle'): HostStatus => ({
  hostId,
  connection,
  error: null,
  connectedAtMs: null,
  lastSeenAtMs: null,
  hungCommands: [],
});
const view: HostView = { spec: { kind: 'local', id: 'a', name: 'here', tags: [] }, status: status('a') };
const listing = () => useFleet.getState().listing;

beforeEach(() => {
  resetFleet();
  setHosts([view]);
});

it('takes the status of a known host and asks for no list', () => {
  const before = listing();
  applyStatuses([status('a', 'connected')]);
  expect(useFleet.getState().hosts?.get('a')?.status.connection).toBe('connected');
  expect(listing()).toBe(before);
});

it('asks for the list again for a host added or removed elsewhere, and not for one it knows to be gone', () => {
  const before = listing();
  applyStatuses([status('b')]);
  applyStatuses([{ hostId: 'a', isRemoved: true }]);
  expect(listing()).toBe(before + 2);
  setHosts([]);
  applyStatuses([{ hostId: 'a', isRemoved: true }]);
  expect(listing()).toBe(before + 2);
});
