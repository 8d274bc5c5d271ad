import type { NvmeController } from '#shared/domain/facts/storage';
import { integerOf, isObject, readJson, readPathValues, textOf } from '../lib/lines';

type Namespace = NvmeController['namespaces'][number];

const sysfsSectorBytes = 512;

export function blankController(name: string): NvmeController {
  return {
    name,
    model: null,
    serial: null,
    firmware: null,
    state: null,
    transport: null,
    address: null,
    numaNode: null,
    namespaces: [],
    health: null,
  };
}

/**
 * Reads `/sys/class/nvme/nvme0/FILE:VALUE` lines. A namespace with several paths (`nvme0c1n1`) is named as its block device
 * (`nvme0n1`). Null: no such line.
 */
export function parseNvmeSysfs(text: string): NvmeController[] | null {
  const byName = new Map<string, { values: Map<string, string>; namespaces: Map<string, Map<string, string>> }>();
  for (const [path, value] of readPathValues(text)) {
    const match = /^\/sys\/class\/nvme\/(nvme\d{1,4})\/(?:(nvme\d{1,4}(?:c\d{1,5})?n\d{1,5})\/)?([\w/]{1,40})$/.exec(
      path,
    );
    if (!match) continue;
    const [, name = '', rawNamespace, file = ''] = match;
    const known = byName.get(name) ?? { values: new Map(), namespaces: new Map() };
    byName.set(name, known);
    if (rawNamespace === undefined) {
      known.values.set(file, value);
      continue;
    }
    const namespace = rawNamespace.replace(/c\d+(?=n)/, '');
    known.namespaces.set(namespace, (known.namespaces.get(namespace) ?? new Map<string, string>()).set(file, value));
  }
  if (byName.size === 0) return null;
  return [...byName].map(([name, { values, namespaces }]) => {
    const numaNode = integerOf(values.get('numa_node') ?? values.get('device/numa_node'));
    return {
      ...blankController(name),
      model: textOf(values.get('model')),
      serial: textOf(values.get('serial')),
      firmware: textOf(values.get('firmware_rev')),
      state: textOf(values.get('state')),
      transport: textOf(values.get('transport')),
      address: textOf(values.get('address')),
      // -1: the machine tells none.
      numaNode: numaNode === null || numaNode < 0 ? null : numaNode,
      namespaces: [...namespaces].map(([namespace, files]) => fromSysfs(namespace, files)),
    };
  });
}

function fromSysfs(name: string, files: ReadonlyMap<string, string>): Namespace {
  const sectorBytes = integerOf(files.get('queue/logical_block_size'));
  const usedBlocks = integerOf(files.get('nuse'));
  return {
    name,
    sizeBytes: bytes(files.get('size'), sysfsSectorBytes),
    usedBytes: usedBlocks === null || sectorBytes === null ? null : bytes(usedBlocks, sectorBytes),
    sectorBytes,
  };
}

function bytes(count: unknown, each: number): number | null {
  const number = integerOf(count);
  return number === null || number < 0 ? null : number * each;
}

/** Reads `nvme list -o json`: flat (up to 2.3, and later without -v) or by host and subsystem. Null: neither. */
export function parseNvmeList(text: string): NvmeController[] | null {
  const document = text.trimStart().startsWith('{') ? readJson(text) : undefined;
  if (!isObject(document) || !Array.isArray(document.Devices)) return null;
  const found = new Map<string, NvmeController>();
  const add = (controller: NvmeController) => {
    const known = found.get(controller.name);
    found.set(
      controller.name,
      known ? { ...known, namespaces: [...known.namespaces, ...controller.namespaces] } : controller,
    );
  };
  for (const entry of document.Devices) {
    if (!isObject(entry)) return null;
    if (Array.isArray(entry.Subsystems)) {
      for (const controller of entry.Subsystems.flatMap(fromSubsystem)) add(controller);
    } else if (typeof entry.DevicePath === 'string') {
      const name = /^(?:\/dev\/)?((nvme\d{1,4})n\d{1,5})$/.exec(entry.DevicePath);
      if (!name) continue;
      add({ ...identityOf(entry, name[2] ?? ''), namespaces: [namespaceOf(entry, name[1] ?? '')] });
    }
  }
  return [...found.values()];
}

function fromSubsystem(subsystem: unknown): NvmeController[] {
  if (!isObject(subsystem) || !Array.isArray(subsystem.Controllers)) return [];
  // Namespaces with several paths stand with the subsystem, all others with their controller.
  const shared = Array.isArray(subsystem.Namespaces) ? subsystem.Namespaces : [];
  return subsystem.Controllers.flatMap((controller: unknown) => {
    if (!isObject(controller)) return [];
    const name = /^nvme\d{1,4}$/.exec(textOf(controller.Controller) ?? '')?.[0];
    if (name === undefined) return [];
    const own = Array.isArray(controller.Namespaces) ? controller.Namespaces : [];
    const namespaces = [...own, ...shared].flatMap((namespace: unknown) => {
      const device = isObject(namespace) ? textOf(namespace.NameSpace) : null;
      return isObject(namespace) && device ? [namespaceOf(namespace, device)] : [];
    });
    return [{ ...identityOf(controller, name), namespaces }];
  });
}

function identityOf(entry: Record<string, unknown>, name: string): NvmeController {
  return {
    ...blankController(name),
    model: textOf(entry.ModelNumber),
    serial: textOf(entry.SerialNumber),
    firmware: textOf(entry.Firmware),
    transport: textOf(entry.Transport),
    address: textOf(entry.Address),
  };
}

function namespaceOf(entry: Record<string, unknown>, name: string): Namespace {
  return {
    name,
    sizeBytes: bytes(entry.PhysicalSize, 1),
    usedBytes: bytes(entry.UsedBytes, 1),
    sectorBytes: bytes(entry.SectorSize, 1),
  };
}

/** What one source knows of a controller filled up with what the other does. */
export function mergeControllers(
  first: readonly NvmeController[],
  second: readonly NvmeController[],
): NvmeController[] {
  const merged = first.map((one) => {
    const other = second.find(({ name }) => name === one.name);
    if (!other) return one;
    return {
      ...one,
      model: one.model ?? other.model,
      serial: one.serial ?? other.serial,
      firmware: one.firmware ?? other.firmware,
      transport: one.transport ?? other.transport,
      address: one.address ?? other.address,
      namespaces:
        one.namespaces.length === 0
          ? other.namespaces
          : one.namespaces.map((namespace) => ({
              ...namespace,
              usedBytes:
                namespace.usedBytes ?? other.namespaces.find(({ name }) => name === namespace.name)?.usedBytes ?? null,
            })),
    };
  });
  return [...merged, ...second.filter(({ name }) => !first.some((one) => one.name === name))];
}
