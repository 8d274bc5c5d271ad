import { createORPCClient, DynamicLink } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { create } from 'zustand';
import type { EngineClient } from '#shared/contract/index';
import type { NativeClient } from '#shared/contract/native';
import { wireSerializers } from '#shared/contract/wire';

type Link = RPCLink<Record<never, never>>;

interface ConnectionState {
  /** Counts the ports received: a new number means a new engine process, so streams and queries start over. */
  generation: number;
  isConnected: boolean;
  hasNative: boolean;
}

/** Whether the engine can be reached right now. */
export const useConnection = create<ConnectionState>(() => ({ generation: 0, isConnected: false, hasNative: false }));

/** One side's link, replaced whenever a new port arrives. Calls made in between wait for it. */
class Socket {
  private current: Link | null = null;
  private end: () => void = () => undefined;
  private waiting: Array<(link: Link) => void> = [];

  replace(port: MessagePort, onClose: () => void): void {
    // A port that is closed on this side tells nobody here; what is pending on it must end all the same.
    this.end();
    const closeListeners = new Set<() => void>();
    const link: Link = new RPCLink({
      port: {
        postMessage: (data: unknown) => port.postMessage(data),
        addEventListener: (type: string, listener: unknown) => {
          if (type === 'close') closeListeners.add(listener as () => void);
          else port.addEventListener(type, listener as EventListener);
        },
      },
      customJsonSerializers: wireSerializers,
    });
    const end = () => {
      if (this.current === link) this.current = null;
      for (const listener of closeListeners) listener();
      closeListeners.clear();
    };
    port.addEventListener('close', () => {
      const isCurrent = this.current === link;
      end();
      if (isCurrent) onClose();
    });
    this.current = link;
    this.end = end;
    port.start();
    for (const resolve of this.waiting.splice(0)) resolve(link);
  }

  async link(signal?: AbortSignal): Promise<Link> {
    signal?.throwIfAborted();
    if (this.current) return this.current;
    return new Promise((resolve, reject) => {
      const onLink = (link: Link) => {
        signal?.removeEventListener('abort', onAbort);
        resolve(link);
      };
      const onAbort = () => {
        this.waiting = this.waiting.filter((candidate) => candidate !== onLink);
        reject(signal?.reason);
      };
      this.waiting.push(onLink);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}

const engineSocket = new Socket();
const nativeSocket = new Socket();

/** The engine. Stable over engine restarts: a call made while there is none waits for the next one. */
export const engine: EngineClient = createORPCClient(new DynamicLink(({ signal }) => engineSocket.link(signal)));

/** What only the main process can do: dialogs, printing, engine state. */
export const native: NativeClient = createORPCClient(new DynamicLink(({ signal }) => nativeSocket.link(signal)));

/** Uses this port for `engine` from now on. */
export function connectEngine(port: MessagePort): void {
  engineSocket.replace(port, () => useConnection.setState({ isConnected: false }));
  useConnection.setState((state) => ({ generation: state.generation + 1, isConnected: true }));
}

/** Uses this port for `native` from now on. */
export function connectNative(port: MessagePort): void {
  nativeSocket.replace(port, () => useConnection.setState({ hasNative: false }));
  useConnection.setState({ hasNative: true });
}
