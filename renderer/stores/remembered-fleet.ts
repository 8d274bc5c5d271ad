import type { HostView } from '#shared/contract/hosts';
import type { NodeSummary } from '#shared/contract/inventory';
import type { HostSpec } from '#shared/domain/host';

const key = 'gantry.fleet';
/** Counts the shapes this was written in; another shape is left alone and overwritten. */
const version = 3;
const saveDelayMs = 2000;

interface RememberedFleet {
  version: number;
  specs: HostSpec[];
  summaries: NodeSummary[];
}

/**
 * What the fleet was when the window last knew it, so that it can be shown before the engine has answered. Connections
 * and running collections are not part of it: they ended with the session.
 */
export function rememberedFleet(): { hosts: HostView[]; summaries: NodeSummary[] } | null {
  try {
    const remembered: RememberedFleet | null = JSON.parse(localStorage.getItem(key) ?? 'null');
    // None that is worth showing: whether there are nodes is for the engine to say.
    if (remembered?.version !== version || remembered.specs.length === 0) return null;
    return {
      hosts: remembered.specs.map((spec) => ({ spec, status: notConnected(spec) })),
      summaries: remembered.summaries.map((summary) => ({ ...summary, isCollecting: false })),
    };
  } catch {
    return null;
  }
}

function notConnected({ id, kind }: HostSpec): HostView['status'] {
  return {
    hostId: id,
    connection: kind === 'ssh' ? 'idle' : 'connected',
    error: null,
    connectedAtMs: null,
    lastSeenAtMs: null,
    hungCommands: [],
  };
}

let timer: ReturnType<typeof setTimeout> | undefined;
let save: (() => void) | undefined;

/**
 * Remembers this fleet soon; a burst of changes is written once. The demo fleet ends with its engine, and showing it
 * first would only make the window jump.
 */
export function rememberFleet(
  hosts: Iterable<HostView>,
  summaries: Iterable<NodeSummary>,
  demoHostIds: ReadonlySet<string>,
): void {
  save = () => {
    const specs = Array.from(hosts, ({ spec }) => spec).filter(({ id }) => !demoHostIds.has(id));
    const ids = new Set(specs.map(({ id }) => id));
    const kept = [...summaries].filter(({ hostId }) => ids.has(hostId));
    const fleet: RememberedFleet = { version, specs, summaries: kept };
    try {
      localStorage.setItem(key, JSON.stringify(fleet));
    } catch {
      // A full disk costs a quick start, nothing else.
      localStorage.removeItem(key);
    }
  };
  timer ??= setTimeout(flush, saveDelayMs);
}

/** Writes now what is to be remembered. */
export function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  save?.();
  save = undefined;
}

window.addEventListener('pagehide', flush);
