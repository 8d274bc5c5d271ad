import type { CommandSpec } from '#shared/domain/command';
import type { CpuFacts } from '#shared/domain/facts/system';
import { integerOf, isObject, linesOf, readJson, textOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { type CpuState, readCpuState } from './read-cpu-state';

/** JSON where lscpu can, its text where it is older, and the kernel's own list where there is none. */
const lscpu: CommandSpec = {
  id: 'lscpu',
  argv: ['sh', '-c', 'lscpu -J 2>/dev/null || lscpu 2>/dev/null || cat /proc/cpuinfo'],
  timeoutMs: 5000,
};

/** `cpu MHz` is asked of all cores at once; the file of each policy would take 10 ms a core on kernels before 5.18. */
const stateScript = `cd /sys/devices/system/cpu 2>/dev/null && {
grep -sH '' smt/active vulnerabilities/*
cd cpufreq 2>/dev/null && grep -sH '' policy*/scaling_driver policy*/scaling_governor policy*/scaling_min_freq \\
  policy*/scaling_max_freq policy*/cpuinfo_max_freq policy*/energy_performance_preference
}
grep -sE '^(cpu MHz|microcode)' /proc/cpuinfo | sort -u`;
const state: CommandSpec = { id: 'cpu-state', argv: ['sh', '-c', stateScript], timeoutMs: 5000 };

export const cpuProbe = defineProbe({
  id: 'cpu',
  commands: [lscpu, state],
  sources: {
    '': 'lscpu',
    microcode: 'cpu-state',
    isSmtActive: 'cpu-state',
    clock: 'cpu-state',
    scaling: 'cpu-state',
    vulnerabilities: 'cpu-state',
  },
  parse(outputs) {
    const output = readCommand(outputs, lscpu);
    if (isProblem(output)) return output;
    const cpu = parseCpu(output.stdout);
    if (!cpu) return unparsable(lscpu, output);
    const more = outputs[state.id];
    return { state: 'ok', facts: { ...cpu, ...readCpuState(more?.state === 'exited' ? more.stdout : '') } };
  },
});

type Cpu = Omit<CpuFacts, keyof CpuState>;

/** Reads `lscpu -J`, text `lscpu` (flat, nested, 2.2x) or /proc/cpuinfo. Null: none of them, or cut short. */
export function parseCpu(text: string): Cpu | null {
  const fields = readJsonFields(text) ?? readTextFields(text);
  return fields ? fromLscpu(fields) : parseCpuInfo(text);
}

function fromLscpu(fields: ReadonlyMap<string, string>): Cpu | null {
  const logicalCpus = integerOf(fields.get('CPU(s)'));
  if (logicalCpus === null || logicalCpus < 1) return null;
  // Older versions print `CPU MHz` too, which is what one core runs at just now.
  const megahertz = (name: string) => {
    const value = Number(fields.get(name) ?? Number.NaN);
    return Number.isFinite(value) && value > 0 ? value : null;
  };
  return {
    architecture: textOf(fields.get('Architecture')),
    model: textOf(fields.get('Model name')),
    vendor: textOf(fields.get('Vendor ID')),
    sockets: integerOf(fields.get('Socket(s)')),
    coresPerSocket: integerOf(fields.get('Core(s) per socket')),
    threadsPerCore: integerOf(fields.get('Thread(s) per core')),
    logicalCpus,
    onlineCpus: textOf(fields.get('On-line CPU(s) list')),
    maxMHz: megahertz('CPU max MHz'),
    minMHz: megahertz('CPU min MHz'),
    virtualization: textOf(fields.get('Virtualization') ?? fields.get('Hypervisor vendor')),
    flags: (fields.get('Flags') ?? fields.get('flags') ?? '').split(/\s+/).filter((flag) => /^\w{1,40}$/.test(flag)),
  };
}

/** `{"lscpu": [{"field": "CPU(s):", "data": "64", "children": […]}, …]}`; newer versions nest. */
function readJsonFields(text: string): Map<string, string> | null {
  if (!text.trimStart().startsWith('{')) return null;
  const document = readJson(text);
  if (!isObject(document) || !Array.isArray(document.lscpu)) return null;
  const fields = new Map<string, string>();
  const visit = (entries: readonly unknown[], depth: number) => {
    for (const entry of entries) {
      if (!isObject(entry) || typeof entry.field !== 'string') continue;
      const name = entry.field.replace(/:$/, '').trim();
      if (typeof entry.data === 'string' && !fields.has(name)) fields.set(name, entry.data);
      if (Array.isArray(entry.children) && depth < 8) visit(entry.children, depth + 1);
    }
  };
  visit(document.lscpu, 0);
  return fields;
}

/** `CPU(s):                  64`, indented where newer versions nest, up to an empty line (other output modes follow). */
function readTextFields(text: string): Map<string, string> | null {
  const fields = new Map<string, string>();
  let isStarted = false;
  for (const line of linesOf(text, 16_384)) {
    if (line.trim() === '' && isStarted) break;
    const match = /^ {0,8}([A-Za-z0-9][A-Za-z0-9 ()/.-]{0,60}):\s+(\S.*)$/.exec(line);
    if (!match) continue;
    const name = match[1] ?? '';
    if (/^(Architecture|CPU op-mode\(s\)|CPU\(s\))$/.test(name)) isStarted = true;
    if (isStarted && !fields.has(name)) fields.set(name, (match[2] ?? '').trim());
  }
  return fields.has('CPU(s)') ? fields : null;
}

/** One block a logical CPU, `processor : 0` first. Arm prints no sockets, cores or model name. */
function parseCpuInfo(text: string): Cpu | null {
  const values = (name: string) => {
    const pattern = new RegExp(`^${name}\\s{0,20}: {0,4}(.{0,16000})$`, 'gm');
    return [...text.matchAll(pattern)].map((match) => (match[1] ?? '').trim());
  };
  const processors = values('processor').map(integerOf);
  if (processors.length === 0 || processors.some((id) => id === null) || !text.endsWith('\n')) return null;
  const packages = new Set(values('physical id')).size;
  const cores = integerOf(values('cpu cores')[0]);
  const siblings = integerOf(values('siblings')[0]);
  return {
    architecture: null,
    model: textOf(values('model name')[0] ?? values('Model')[0]),
    vendor: textOf(values('vendor_id')[0]),
    sockets: packages || null,
    coresPerSocket: cores,
    threadsPerCore: cores && siblings ? siblings / cores : null,
    logicalCpus: processors.length,
    onlineCpus: null,
    maxMHz: null,
    minMHz: null,
    virtualization: null,
    flags: (values('flags')[0] ?? values('Features')[0] ?? '').split(/\s+/).filter((flag) => /^\w{1,40}$/.test(flag)),
  };
}
