import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditLog, type ReadableAuditLog } from '../../audit/audit-log';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { EndpointList } from './endpoint-list';

let store: Store;
let audit: ReadableAuditLog;
beforeEach(() => {
  store = openStore(':memory:');
  audit = createAuditLog({ store, nowMs: () => 1000, actor: 'alice' });
});
afterEach(() => store.close());

const url = 'http://127.0.0.1:8003/metrics';

describe('the metrics endpoints that people name', () => {
  it('are kept by host, and each change is a line of the audit log', () => {
    const list = new EndpointList(store, audit);
    expect(list.add('h1', '8003')).toBe(url);
    expect(list.add('h1', url)).toBe(url);
    expect([list.of('h1'), list.of('h2')]).toEqual([[url], []]);
    expect(list.remove('h1', '8003')).toBe(url);
    expect(list.remove('h1', '8003')).toBe(url);
    expect(list.of('h1')).toEqual([]);
    expect(() => list.add('h1', 'https://x')).toThrow();
    expect(audit.list({ limit: 10 }).entries).toMatchObject([
      { actor: 'alice', event: 'telemetry.endpoint', hostId: 'h1', detail: { url, isNamed: false } },
      { actor: 'alice', event: 'telemetry.endpoint', hostId: 'h1', detail: { url, isNamed: true } },
    ]);
  });

  it('change only together with their line', () => {
    const full = () => {
      throw new Error('no line can be written');
    };
    new EndpointList(store, audit).add('h1', '8003');
    const list = new EndpointList(store, { append: full });
    expect(() => list.add('h1', '8004')).toThrow('no line');
    expect(() => list.remove('h1', '8003')).toThrow('no line');
    expect(list.of('h1')).toEqual([url]);
  });
});
