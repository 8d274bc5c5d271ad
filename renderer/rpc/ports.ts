/** Which server is at the other end: the engine (the work) or main (dialogs, printing, engine state). */
type PortTarget = 'engine' | 'native';
type PortListener = (port: MessagePort) => void;

const listeners: Record<PortTarget, Set<PortListener>> = { engine: new Set(), native: new Set() };
const latest: Partial<Record<PortTarget, MessagePort>> = {};
let isAsked = false;

/**
 * Calls back with the engine's port, and again with a fresh one each time the engine process was started anew. The port
 * before it is closed by then, which ends what was pending on it. Give it to an RPCLink, then call `port.start()`.
 * @returns a function that stops the calls
 */
export function onEnginePort(listener: PortListener): () => void {
  return subscribe('engine', listener);
}

/** Calls back with the port of main's own contract, once per page load. Use as `onEnginePort`. */
export function onNativePort(listener: PortListener): () => void {
  return subscribe('native', listener);
}

function subscribe(target: PortTarget, listener: PortListener): () => void {
  listeners[target].add(listener);
  const port = latest[target];
  if (port) listener(port);
  askOnce();
  return () => listeners[target].delete(listener);
}

function askOnce(): void {
  if (isAsked) return;
  isAsked = true;
  window.addEventListener('message', (event: MessageEvent<{ kind?: string; to?: PortTarget }>) => {
    const [port] = event.ports;
    const to = event.data?.to;
    if (
      event.source !== window ||
      event.data?.kind !== 'gantry:port' ||
      !port ||
      (to !== 'engine' && to !== 'native')
    ) {
      return;
    }
    // Closing our own end tells only the other side, so the listeners on this side are told here.
    latest[to]?.dispatchEvent(new Event('close'));
    latest[to]?.close();
    latest[to] = port;
    for (const listener of listeners[to]) listener(port);
  });
  window.postMessage({ kind: 'gantry:ports-wanted' }, window.location.origin);
}
