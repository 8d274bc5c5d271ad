import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, isDefinedError, safe } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { inventory as inventoryContract, probes as probesContract } from '#shared/contract/inventory';
import { wireSerializers } from '#shared/contract/wire';
import { createAuditLog } from '../audit/audit-log';
import { createInventory } from '../inventory/create-inventory';
import { TestDirectory } from '../inventory/testing/test-directory';
import { ScriptedHost } from '../probes/testing/scripted-host';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { inventoryProcedures, probeProcedures } from './inventory';

type Client = ContractRouterClient<{ inventory: typeof inventoryContract; probes: typeof probesContract }>;

let store: Store;
let audit: ReturnType<typeof createAuditLog>;
let hosts: TestDirectory;
let channel: MessageChannel;
let client: Client;

beforeEach(() => {
  store = openStore(':memory:');
  hosts = new TestDirectory();
  const inventory = createInventory({ store, hosts, nowMs: () => 5_000 });
  audit = createAuditLog({ store, nowMs: () => 5_000, actor: 'me' });
  channel = new MessageChannel();
  const router = { inventory: inventoryProcedures(inventory, audit), probes: probeProcedures(inventory) };
  new RPCHandler(router, { customJsonSerializers: wireSerializers }).upgrade(channel.port1);
  client = createORPCClient(new RPCLink({ port: channel.port2, customJsonSerializers: wireSerializers }));
  channel.port1.start();
  channel.port2.start();
});
afterEach(() => {
  channel.port1.close();
  store.close();
});

it('streams the results of a run and answers with the inventory after it', async () => {
  hosts.put(new ScriptedHost('a', { meminfo: { stdout: 'MemTotal: 8 kB\nMemFree: 4 kB\n' } }));
  const states: string[] = [];
  for await (const result of await client.probes.run({ hostId: 'a', probeIds: ['memory', 'cpu'] })) {
    states.push(`${result.probeId} ${result.state}`);
  }
  expect(states).toEqual(['memory ok', 'cpu missing-tool']);
  const { results, staleResults, isCollecting } = await client.inventory.get({ hostId: 'a' });
  expect([results.map((result) => result.probeId), staleResults, isCollecting]).toEqual([['cpu', 'memory'], [], false]);
  const [, memory] = results;
  const evidence = await client.inventory.evidence({ evidenceId: memory?.commands[0]?.evidenceId ?? '' });
  expect(evidence).toMatchObject({ hostId: 'a', probeId: 'memory', stdoutText: 'MemTotal: 8 kB\nMemFree: 4 kB\n' });
  expect(await client.inventory.list()).toMatchObject([{ hostId: 'a', memoryTotalBytes: 8192 }]);
});

it('lists what is fixed about probes and runs a parser on a recorded output', async () => {
  const probes = await client.probes.list();
  expect(probes.find((probe) => probe.id === 'gpu-processes')).toMatchObject({
    factName: 'gpuProcesses',
    commands: [{ id: 'apps', privilege: 'user', timeoutMs: 15_000 }],
    sources: { '': 'apps' },
  });
  expect(await client.probes.parse({ probeId: 'gpu', text: 'garbage' })).toEqual({
    probeId: 'gpu',
    state: 'unparsable',
    reason: { key: 'probes.unparsable', params: { tool: 'nvidia-smi' } },
    facts: null,
  });
});

it('turns what is wrong into codes with their data', async () => {
  const unknownHost = await safe(client.inventory.refresh({ hostId: 'nobody' }));
  expect(unknownHost.error).toMatchObject({ code: 'NOT_FOUND', data: { what: 'host', id: 'nobody' } });
  expect(isDefinedError(unknownHost.error)).toBe(true);
  const noBundle = await safe(client.inventory.importBundle({ bytes: new TextEncoder().encode('hello') }));
  expect(noBundle.error).toMatchObject({
    code: 'INVALID',
    data: { message: { key: 'inventory.bundleNotRecognised' } },
  });
});

it('notes in the audit log what of the fleet was saved to a file', async () => {
  await client.inventory.noteExport({ format: 'csv', hosts: 3, fields: ['name'], filter: 'driver < 570' });
  expect(audit.list({ limit: 10 }).entries).toMatchObject([
    { event: 'inventory.export', detail: { format: 'csv', hosts: 3, fields: ['name'], filter: 'driver < 570' } },
  ]);
});

it('prints a collector that knows every command', async () => {
  const { script } = await client.inventory.collectorScript();
  expect(script).toMatch(/^#!\/bin\/sh\n/);
  for (const probe of await client.probes.list()) {
    for (const command of probe.commands) expect(script).toContain(command.argv[0]);
  }
});
