import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { ActionRun } from '#shared/domain/action';
import type { Evidence } from '#shared/domain/command';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import { createAuditLog } from '../../audit/audit-log';
import { NotFoundError } from '../../errors';
import type { CommandResult, Host } from '../../hosts/host';
import type { HostDirectory } from '../../hosts/host-directory';
import { LocalHost } from '../../hosts/local-host';
import type { Inventory } from '../../inventory/inventory';
import { openStore } from '../../store/open-store';
import type { Action } from '../action';
import type { Actions } from '../actions';
import { createActions } from '../create-actions';

/** Throws on use: a side effect that a test did not mean to have. */
function unused(name: string): () => never {
  return () => {
    throw new Error(`${name} is not part of this test`);
  };
}

export interface TestBench {
  readonly hostId: string;
  readonly actions: Actions;
  readonly audit: ReturnType<typeof createAuditLog>;
  readonly store: ReturnType<typeof openStore>;
  readonly evidence: Map<string, CommandResult>;
  /** What a probe says; called at each refresh. Missing: the probe fails. */
  readonly facts: { [Id in ProbeId]?: () => FactsOf<Id> };
  /** Stands in for the host in the next `open`. */
  host: Host;
  nowMs: number;
  /** Another engine on the same store, as after a crash or a restart. */
  restart(): Actions;
  settled(runId: string): Promise<ActionRun>;
}

const opened: TestBench[] = [];
afterEach(async () => {
  for (const bench of opened.splice(0)) {
    await bench.actions.close();
    await bench.host.close();
    bench.store.close();
  }
});

/** The actions on this very machine, with real commands; only what needs a GPU (the probes) is given by the test. */
export function createTestBench(
  options: {
    actions?: readonly Action[];
    shell?: readonly [string, ...string[]];
    operator?: string;
    lockPath?: string;
  } = {},
): TestBench {
  const store = openStore(':memory:');
  const hostId = 'local';
  const lockPath = options.lockPath ?? join(tmpdir(), `gantry-lock-${randomUUID()}`);
  const audit = createAuditLog({ store, nowMs: () => bench.nowMs, actor: 'tester' });
  const evidence = new Map<string, CommandResult>();
  const results = new Map<string, ProbeResult>();
  const facts: TestBench['facts'] = {};

  const inventory: Inventory = {
    facts: unused('facts'),
    results: () => [...results.values()],
    async refresh(_, { probeIds = [], signal } = {}) {
      signal?.throwIfAborted();
      for (const probeId of probeIds) {
        const read = facts[probeId as ProbeId];
        results.set(probeId, {
          hostId,
          probeId,
          state: read ? 'ok' : 'missing-tool',
          reason: null,
          facts: read ? read() : null,
          observedAtMs: bench.nowMs,
          durationMs: 0,
          commands: [],
        });
      }
      return { ok: probeIds.length, total: probeIds.length, durationMs: 0, roundTrips: 1, nodeCpuMs: null };
    },
    keepEvidence(_, __, result) {
      const id = randomUUID();
      evidence.set(id, result);
      return id;
    },
    evidence: (id): Evidence => {
      throw new NotFoundError('evidence', id);
    },
    evidenceBytes: unused('evidenceBytes'),
  };
  const hosts: HostDirectory = {
    list: unused('list'),
    everyHost: unused('everyHost'),
    spec: (id) => {
      if (id === 'bundle') return { kind: 'bundle', id, name: 'old', tags: [], collectedAtMs: null, importedAtMs: 0 };
      if (id !== hostId) throw new NotFoundError('host', id);
      return { kind: 'local', id, name: 'this machine', tags: [] };
    },
    add: unused('add'),
    addBundle: unused('addBundle'),
    remove: unused('remove'),
    open: async () => bench.host,
    onDidRemove: unused('onDidRemove'),
  };
  const create = () =>
    createActions({
      store,
      hosts,
      inventory,
      audit,
      nowMs: () => bench.nowMs,
      operator: { name: options.operator ?? 'tester', machine: 'here' },
      lockPath,
      ...(options.actions ? { actions: options.actions } : {}),
    });
  const bench: TestBench = {
    hostId,
    store,
    audit,
    evidence,
    facts,
    host: new LocalHost({ id: hostId, ...(options.shell ? { shell: options.shell } : {}) }),
    nowMs: Date.UTC(2026, 5, 1),
    actions: unused('actions') as never,
    restart: create,
    async settled(runId) {
      let last: ActionRun | null = null;
      for await (const run of bench.actions.watch(runId)) last = run;
      if (!last) throw new Error('the run was not seen');
      return last;
    },
  };
  Object.assign(bench, { actions: create() });
  opened.push(bench);
  return bench;
}
