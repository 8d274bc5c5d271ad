import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import type { EngineClient } from '#shared/contract/index';
import { wireSerializers } from '#shared/contract/wire';
import type { SshTarget } from '#shared/domain/host';
import type { ProbeResult } from '#shared/domain/probe';
import type { Message } from '#shared/domain/text';
import { createEngine, type Engine, type EngineDeps } from '../index';

/** Engines over real ports, each on a data folder, all of them closed and removed by `close`. */
export class EngineBench {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'gantry-robust-'));
  private readonly closers: Array<() => Promise<unknown> | unknown> = [];

  async start(deps: Partial<EngineDeps> = {}): Promise<{ engine: Engine; client: EngineClient }> {
    const { dataDir } = this;
    const engine = await createEngine({
      dataDir,
      secrets: null,
      homeDir: dataDir,
      lockPath: join(dataDir, 'lock'),
      environment: { USER: 'nobody' },
      ...deps,
    });
    this.onClose(() => engine.close().catch(() => {}));
    const { port1, port2 } = new MessageChannel();
    new RPCHandler(engine.router, { customJsonSerializers: wireSerializers }).upgrade(port1);
    this.onClose(() => port1.close());
    return { engine, client: createORPCClient(new RPCLink({ port: port2, customJsonSerializers: wireSerializers })) };
  }

  onClose(closer: () => Promise<unknown> | unknown): void {
    this.closers.push(closer);
  }

  async close(): Promise<void> {
    for (const closer of this.closers.splice(0).reverse()) await closer();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export async function addHost(
  client: EngineClient,
  target: Partial<SshTarget> & { port: number },
  name = 'node',
): Promise<string> {
  const [spec] = await client.hosts.add({
    hosts: [{ kind: 'ssh', name, target: { address: '127.0.0.1', user: 'ops', useAgent: false, ...target } }],
  });
  if (!spec) throw new Error('the host was not added');
  return spec.id;
}

/** What the engine has to say unasked, so far. */
export async function noticesOf(client: EngineClient): Promise<Message[]> {
  for await (const notices of await client.system.watchNotices()) return notices;
  throw new Error('the engine ended');
}

/** How a refusal reads: its code, for a host that of the host. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error;
    const host = (error.data as { host?: { code?: string } } | undefined)?.host?.code;
    return host ? `${error.code} ${host}` : error.code;
  }
}

export function statesOf(results: readonly ProbeResult[]): Record<string, string> {
  return Object.fromEntries(results.map(({ probeId, state }) => [probeId, state]));
}
