import path from 'node:path';
import { app, MessageChannelMain, type MessagePortMain, utilityProcess } from 'electron';
import type { FromEngineProcess } from '#shared/contract/engine-process';
import { type EngineProcess, EngineSupervisor } from './engine-supervisor';
import { serveWorkstation } from './workstation';

export type Engine = EngineSupervisor<MessagePortMain>;

/** The engine beside us, not yet started, which goes down with us. */
export function createEngine({ dataDir }: { dataDir: string }): Engine {
  const engine: Engine = new EngineSupervisor({ spawn: spawnEngine, dataDir, createWorkstationPort });

  let isStopped = false;
  app.on('will-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    void engine.stop().finally(() => {
      isStopped = true;
      // Not within this event, where a second quit is ignored: with no engine running, stop() is done at once.
      setImmediate(() => app.quit());
    });
  });
  return engine;
}

function createWorkstationPort(): MessagePortMain {
  const { port1, port2 } = new MessageChannelMain();
  serveWorkstation(port1);
  return port2;
}

function spawnEngine(): EngineProcess<MessagePortMain> {
  const child = utilityProcess.fork(path.join(import.meta.dirname, '../engine/entry.js'), [], {
    serviceName: 'Gantry engine',
    stdio: 'inherit',
  });
  return {
    post: (message, ports) => child.postMessage(message, ports),
    onMessage: (listener) => child.on('message', (message: FromEngineProcess) => listener(message)),
    onExit: (listener) => child.once('exit', listener),
    kill: () => child.kill(),
  };
}
