import { printable } from '#shared/domain/text';
import type { Report, ReportValue } from '../gpu/report';
import { isObject, linesOf, readJson } from '../lib/lines';

/** What one tool said of each GPU, by the tool's number for it, as trees of printed values. */
export type ByGpu = ReadonlyMap<number, Report>;

/**
 * Reads the JSON of `amd-smi static`, `metric` or `xgmi`: a list with one object a GPU, since ROCm 6.4 under `gpu_data` (of
 * xgmi under `xgmi_metric`). A value with its unit is `{"value": 750, "unit": "W"}`. Null: nothing of that kind.
 */
export function readAmdSmi(text: string): ByGpu | null {
  const json = readJson(text);
  const list = Array.isArray(json) ? json : isObject(json) ? (json.gpu_data ?? json.xgmi_metric) : undefined;
  if (!Array.isArray(list)) return null;
  const found = new Map<number, Report>();
  for (const entry of list) {
    if (!isObject(entry) || typeof entry.gpu !== 'number' || !Number.isInteger(entry.gpu) || entry.gpu < 0) continue;
    found.set(entry.gpu, toReport(entry) as Report);
  }
  return found.size > 0 ? found : null;
}

/** Reads `rocm-smi --showallinfo --json` (`{"card0": {"Serial Number": "692024000810", …}, "system": {…}}`) or its text. */
export function readRocmSmi(text: string): { gpus: ByGpu; driverVersion: string | null } | null {
  const json = readJson(text);
  if (!isObject(json)) return readRocmText(text);
  const gpus = new Map<number, Report>();
  for (const [name, entry] of Object.entries(json)) {
    const index = /^card(\d{1,3})$/.exec(name)?.[1];
    // What else prints cards is not this tool.
    if (index === undefined || !isObject(entry) || !('PCI Bus' in entry || 'GPU ID' in entry)) continue;
    const values = Object.entries(entry).map(([label, value]) => [key(label), toReport(value)] as const);
    const peers = xgmiPeers(json.system, Number(index));
    gpus.set(Number(index), {
      ...Object.fromEntries(values),
      ...(peers === null ? {} : { xgmi_peers: String(peers) }),
    });
  }
  const system = isObject(json.system) ? json.system['Driver version'] : undefined;
  const driverVersion = typeof system === 'string' && system !== '' ? printable(system).slice(0, 100) : null;
  return gpus.size > 0 ? { gpus, driverVersion } : null;
}

/** `"(Topology) Link type between DRM devices 0 and 3": "XGMI"`, each pair once; null: nothing is told of this GPU's links. */
function xgmiPeers(system: unknown, index: number): number | null {
  if (!isObject(system)) return null;
  const links = Object.entries(system).filter(([label]) => {
    const [, one, other] = /^\(Topology\) Link type between DRM devices (\d{1,3}) and (\d{1,3})$/.exec(label) ?? [];
    return one !== undefined && (Number(one) === index || Number(other) === index);
  });
  return links.length === 0 ? null : links.filter(([, type]) => type === 'XGMI').length;
}

/** `GPU[0]		: Temperature (Sensor junction) (C): 35.0`, one line a value, ended by a rule with `End of ROCm SMI Log`. */
function readRocmText(text: string): { gpus: ByGpu; driverVersion: string | null } | null {
  if (!/ROCm System Management Interface/.test(text) || !/End of ROCm SMI Log/.test(text)) return null;
  const gpus = new Map<number, Record<string, string>>();
  for (const line of linesOf(text, 500)) {
    const [, index, label = '', value = ''] = /^GPU\[(\d{1,3})\]\s{0,8}: ([^:]{1,80}): (.{0,200})$/.exec(line) ?? [];
    if (index === undefined) continue;
    const known = gpus.get(Number(index)) ?? {};
    // The first of a name is the value; later ones are steps of a curve.
    known[key(label)] ??= value.trim();
    gpus.set(Number(index), known);
  }
  const driverVersion = /^Driver version: (\S{1,100})\s*$/m.exec(text)?.[1] ?? null;
  return gpus.size > 0 ? { gpus, driverVersion } : null;
}

/** Labels differ in case and colons between versions: `sclk clock speed:`, `vram Total Memory (B)`, `VRAM Total Memory (B)`. */
function key(label: string): string {
  return label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

function toReport(value: unknown, depth = 0): ReportValue {
  if (typeof value === 'string') return printable(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || value === undefined || depth > 8) return 'N/A';
  if (Array.isArray(value)) return value.map((each) => toReport(each, depth + 1));
  const entries = Object.entries(value);
  const { value: amount, unit } = value as { value?: unknown; unit?: unknown };
  if (amount !== undefined && (typeof amount === 'string' || typeof amount === 'number')) {
    return printable(typeof unit === 'string' && amount !== 'N/A' ? `${amount} ${unit}` : String(amount));
  }
  return Object.fromEntries(entries.map(([name, each]) => [name, toReport(each, depth + 1)]));
}
