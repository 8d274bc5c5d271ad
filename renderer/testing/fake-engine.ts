import { implement, onError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { contract, type EngineClient } from '#shared/contract/index';
import { wireSerializers } from '#shared/contract/wire';
import { connectEngine } from '../rpc/client';

type OutputOf<Output> = Output extends AsyncIterator<infer Item, unknown, unknown> ? AsyncIterable<Item> : Output;
type HandlerOf<Procedure> = Procedure extends (input: infer Input, ...rest: never[]) => Promise<infer Output>
  ? (input: Input, context: { signal: AbortSignal }) => OutputOf<Output> | Promise<OutputOf<Output>>
  : never;

/** The parts of the contract that a test needs; a call of any other fails and is noted. */
export type FakeHandlers = {
  [Area in keyof EngineClient]?: {
    [Name in keyof EngineClient[Area]]?: HandlerOf<EngineClient[Area][Name]>;
  };
};

export interface FakeEngine {
  /** What was called, in order, as `area.name` with its input. */
  calls: Array<{ path: string; input: unknown }>;
  /** Calls nobody answered. */
  missing: string[];
  inputsOf: (path: string) => unknown[];
  /** Ends the engine's side, as a crashed process would. */
  close: () => void;
}

const openPorts = new Set<MessagePort>();

/** Ends all of them, at the end of each test. */
export function closeFakeEngines(): void {
  for (const port of openPorts) port.close();
  openPorts.clear();
}

type AnyHandler = (input: unknown, context: { signal: AbortSignal }) => unknown;

/** Serves `handlers` behind the real contract over a real MessageChannel and connects the renderer to it. */
export function startFakeEngine(handlers: FakeHandlers): FakeEngine {
  const calls: FakeEngine['calls'] = [];
  const missing: string[] = [];
  const server = implement(contract) as unknown as Record<
    string,
    Record<string, { handler: (run: (options: { input: unknown; signal?: AbortSignal }) => unknown) => never }>
  >;
  const router: Record<string, Record<string, never>> = {};
  for (const [area, procedures] of Object.entries(contract)) {
    router[area] = {};
    for (const name of Object.keys(procedures)) {
      const handler = (handlers as Record<string, Record<string, AnyHandler> | undefined>)[area]?.[name];
      const path = `${area}.${name}`;
      const procedure = server[area]?.[name]?.handler(({ input, signal }) => {
        calls.push({ path, input });
        if (handler) return handler(input, { signal: signal ?? new AbortController().signal });
        missing.push(path);
        throw new Error(`The test does not answer ${path}`);
      });
      if (procedure) router[area][name] = procedure;
    }
  }
  const channel = new MessageChannel();
  const rpc = new RPCHandler(router as never, {
    customJsonSerializers: wireSerializers,
    // What a test answers must fit the contract too, and the other side is only told that it failed.
    clientInterceptors: [
      onError((error) => {
        const { cause } = error as { cause?: { issues?: unknown } };
        if (cause?.issues) console.error('The answer does not fit the contract', JSON.stringify(cause.issues));
      }),
    ],
  });
  rpc.upgrade(channel.port1);
  channel.port1.start();
  openPorts.add(channel.port1);
  connectEngine(channel.port2);
  return {
    calls,
    missing,
    inputsOf: (path) => calls.filter((call) => call.path === path).map((call) => call.input),
    close: () => channel.port1.close(),
  };
}

/** A stream a test can push into; it stays open until its reader leaves. */
export function createTopic<T>(initial: readonly T[] = []) {
  const readers = new Set<(item: T) => void>();
  async function* read(_input: unknown, { signal }: { signal: AbortSignal }): AsyncGenerator<T> {
    const queue = [...initial];
    let wake: () => void = () => undefined;
    const onItem = (item: T) => {
      queue.push(item);
      wake();
    };
    const onAbort = () => wake();
    readers.add(onItem);
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        const item = queue.shift();
        if (item !== undefined) yield item;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      readers.delete(onItem);
      signal.removeEventListener('abort', onAbort);
    }
  }
  return {
    read,
    push: (item: T) => {
      for (const reader of readers) reader(item);
    },
  };
}
