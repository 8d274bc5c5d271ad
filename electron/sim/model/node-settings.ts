/** What an administrator has set by hand. The first group is lost at a restart. */
export interface NodeSettings {
  /** Of all processors; null as the machine starts. */
  governor: string | null;
  /** By name: what was set, and whether a file sets it again at each start. */
  readonly kernel: Map<string, { readonly value: string; readonly isOfFile: boolean }>;
  /** Size of /dev/shm in KiB; null is half of the memory. */
  sharedMemoryKib: number | null;
  isConfidentialReady: boolean;
  /** Control words of PCIe ports by their addresses. */
  readonly accessControl: Map<string, string>;

  /** OSDs that are out, by number. */
  readonly osdsOut: Set<number>;
  isCordoned: boolean;
  /** The key that asks for enrollment at the next start, and those that have it. */
  requestedKey: string | null;
  readonly enrolledKeys: Set<string>;
  /** How often each service of a Compose file was made anew, by `FILE SERVICE`. */
  readonly composed: Map<string, number>;
  hasNvidiaRuntime: boolean;
}

export function initialSettings(hasNvidiaRuntime: boolean): NodeSettings {
  return {
    ...forgottenAtRestart(),
    kernel: new Map(),
    accessControl: new Map(),
    osdsOut: new Set(),
    isCordoned: false,
    requestedKey: null,
    enrolledKeys: new Set(),
    composed: new Map(),
    hasNvidiaRuntime,
  };
}

export function restartSettings(settings: NodeSettings): void {
  Object.assign(settings, forgottenAtRestart());
  settings.accessControl.clear();
  for (const [name, { isOfFile }] of settings.kernel) if (!isOfFile) settings.kernel.delete(name);
}

function forgottenAtRestart() {
  return { governor: null, sharedMemoryKib: null, isConfidentialReady: false };
}

/** Of 2 MiB. */
export function hugePagesOf({ kernel }: NodeSettings): number {
  return Number(kernel.get('vm.nr_hugepages')?.value ?? 0);
}
