import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { createAuditLog } from './audit-log';
import { canonicalJson, sha256 } from './canonical-json';

let store: Store;
let nowMs = 0;
beforeEach(() => {
  store = openStore(':memory:');
  nowMs = Date.UTC(2026, 0, 2);
});
afterEach(() => store.close());
const open = () => createAuditLog({ store, nowMs: () => nowMs, actor: 'alice' });

describe('canonicalJson', () => {
  it('gives the hashes of the published test vector', () => {
    const first = {
      ts: '2026-01-02T03:04:05.000Z',
      seq: 1,
      actor: 'alice',
      action: 'node.connect',
      target: 'gpu-01',
      outcome: 'success',
      details: {},
      prev: '0'.repeat(64),
    };
    const second = {
      action: 'playbook.apply',
      actor: 'alice',
      details: { step: 'nvidia-driver', code: 100 },
      outcome: 'failure',
      prev: sha256(canonicalJson(first)),
      seq: 2,
      target: 'gpu-01',
      ts: '2026-01-02T03:05:00.000Z',
    };
    expect([first, second].map((line) => sha256(canonicalJson(line)))).toEqual([
      'a410fd766d9db0e844c74569d56d55e5e7320ab0a39b38914ce91290ece2b9b0',
      'e4e50b871f8f6cbc0bea8421ec218bfc5f6d68a02951a871f36316b33fc5a01d',
    ]);
  });

  it('is the same for any order of keys and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('createAuditLog', () => {
  it('chains each line to the one before and pages from the newest', () => {
    const log = open();
    for (let index = 1; index <= 5; index += 1) {
      nowMs += 1000;
      log.append({ event: 'host.add', hostId: `h${index}`, detail: { index } });
    }
    const first = open().list({ limit: 2 });
    const second = open().list({ limit: 10, beforeSeq: first.entries.at(-1)?.seq ?? 0 });
    expect(first.isChainIntact && second.isChainIntact).toBe(true);
    expect([...first.entries, ...second.entries].map((entry) => entry.seq)).toEqual([5, 4, 3, 2, 1]);
    const [newest, before] = first.entries;
    expect(newest).toMatchObject({ actor: 'alice', event: 'host.add', hostId: 'h5', detail: { index: 5 } });
    expect(newest?.previousHash).toBe(before?.hash);
    expect(second.entries.at(-1)?.previousHash).toBe('0'.repeat(64));
  });

  it.each([
    ['a changed detail', "UPDATE audit SET detail = '{}' WHERE seq = 2"],
    ['a changed actor', "UPDATE audit SET actor = 'bob' WHERE seq = 1"],
    ['a detail that is no JSON any more', "UPDATE audit SET detail = '{' WHERE seq = 3"],
    ['a line taken out', 'DELETE FROM audit WHERE seq = 2'],
    ['the first line taken out', 'DELETE FROM audit WHERE seq = 1'],
    ['the last line taken out', 'DELETE FROM audit WHERE seq = 3'],
    ['every line taken out', 'DELETE FROM audit'],
  ])('reports %s as a broken chain', (_, sql) => {
    const log = open();
    for (let index = 0; index < 3; index += 1) log.append({ event: 'note.add', detail: { index } });
    expect(log.list({ limit: 1 }).isChainIntact).toBe(true);
    store.database.exec(sql);
    expect(log.list({ limit: 10 }).isChainIntact).toBe(false);
  });

  it('keeps the chain whatever the detail holds', () => {
    const log = open();
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (detail, event) => {
        log.append({ event, detail });
      }),
      { numRuns: 60 },
    );
    expect(log.list({ limit: 1 }).isChainIntact).toBe(true);
  });

  it('writes no secret', () => {
    const log = open();
    const entry = log.append({
      event: 'action.apply',
      detail: {
        argv: ['sh', '-c', 'HF_TOKEN=hf_aaaaaaaaaaaaaaaaaaaaaaaa python serve.py --api-key s3cr3tvalue'],
        password: 'hunter2hunter2',
        max_tokens: 4096,
      },
    });
    expect(entry.detail).toEqual({
      argv: ['sh', '-c', 'HF_TOKEN=[hidden] python serve.py --api-key [hidden]'],
      password: '[hidden]',
      max_tokens: 4096,
    });
  });
});
