import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { onError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import type { FromEngineProcess, ToEngineProcess, WorkstationClient } from '#shared/contract/engine-process';
import { wireSerializers } from '#shared/contract/wire';
import { faultDescriptions, faultNames } from '../sim/faults';
import type { FleetSimulator } from './demo/demo-fleet';
import { createEngine, type Engine } from './index';
import { isDamage } from './store/damage';
import { StoreError } from './store/store';

/** Electron's port as this side sees it. The engine does without Electron's types, because it runs without Electron too. */
interface Port {
  on(event: string, listener: (event?: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
  start(): void;
}
interface ParentPort {
  on(event: 'message', listener: (event: { data: ToEngineProcess; ports: Port[] }) => void): void;
  postMessage(message: FromEngineProcess): void;
}

/** The simulator, read in only when somebody wants the demo fleet: until then it would cost memory for nothing. */
const simulator: FleetSimulator = {
  faults: faultNames.map((name) => ({ name, description: faultDescriptions[name] })),
  start: async (nodes) => (await import('../sim/fleet-simulator')).fleetSimulator.start(nodes),
};

const { parentPort } = process as unknown as { parentPort: ParentPort };
let engine: Promise<Engine> | undefined;

parentPort.on('message', ({ data, ports: [port] }) => {
  if (data.kind === 'start' && port) {
    engine = start(data.dataDir, port);
    engine.then(() => parentPort.postMessage({ kind: 'ready' }), fail);
  } else if (data.kind === 'connect' && port) {
    // A failed start is reported once, by the handler above.
    engine?.then((started) => serve(started, port)).catch(() => {});
  } else if (data.kind === 'stop') {
    void stop();
  }
});
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

async function start(dataDir: string, workstationPort: Port): Promise<Engine> {
  const link = new RPCLink({ port: workstationPort, customJsonSerializers: wireSerializers });
  workstationPort.start();
  const { secrets, notify }: WorkstationClient = createORPCClient(link);
  const isAvailable = await secrets.isAvailable();
  return createEngine({
    dataDir,
    simulator,
    onDamage: fail,
    isTelemetryKeeper: true,
    desktop: (shown) => notify(shown),
    secrets: isAvailable
      ? {
          encrypt: async (text) => (await secrets.encrypt({ text })).bytes,
          decrypt: async (bytes) => (await secrets.decrypt({ bytes: Uint8Array.from(bytes) })).text,
        }
      : null,
  });
}

function serve({ router, distrust }: Engine, port: Port): void {
  const handler = new RPCHandler(router, {
    customJsonSerializers: wireSerializers,
    interceptors: [
      onError((error) => {
        logUnexpected(error);
        if (isDamage(error)) distrust();
      }),
    ],
  });
  handler.upgrade(port);
  port.start();
}

/** What has a code of the contract, or was cancelled, is an answer; the rest is a fault of ours and goes to the log. */
function logUnexpected(error: unknown): void {
  const isAnswer = error instanceof ORPCError && error.defined;
  const isCancelled = error instanceof Error && error.name === 'AbortError';
  if (!isAnswer && !isCancelled) console.error(error);
}

async function stop(): Promise<void> {
  try {
    await (await engine)?.close();
  } finally {
    process.exit(0);
  }
}

/** Says why and ends the process: the supervisor starts a clean one, and nothing acknowledged is only in memory. */
function fail(error: unknown): void {
  console.error(error);
  const reason = error instanceof Error ? error.message : String(error);
  parentPort.postMessage({ kind: 'failed', reason, problem: error instanceof StoreError ? error.problem : null });
  setTimeout(() => process.exit(1), 50);
}
