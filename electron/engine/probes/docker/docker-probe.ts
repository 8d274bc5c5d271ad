import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { DockerFacts } from '#shared/domain/facts/software';
import { isObject, linesOf, readJson, readPairs, textOf } from '../lib/lines';
import { commandProblem, exitProblem, type Problem, problem, refusal } from '../lib/outcome';
import { defineProbe } from '../probe';

type Info = Omit<DockerFacts, 'containers' | 'containerSettings' | 'unitsLoadedAtMs'>;
type Settings = NonNullable<DockerFacts['containerSettings']>[number];
type Container = NonNullable<DockerFacts['containers']>[number];

/** Membership of group docker is enough, root sees the same. */
const ask = (id: string, ...args: string[]): CommandSpec => ({
  id,
  argv: ['docker', ...args, '--format', '{{json .}}'],
  privilege: 'root-else-user',
  timeoutMs: 10_000,
});
const info = ask('info', 'info');
const containers = ask('containers', 'ps', '--no-trunc');
/**
 * How each container was made: of its environment two names alone leave the node, as the rest holds keys and passwords. Needs a
 * shell for the list of containers, and so is asked without root.
 */
const settingsFormat =
  '{"id":{{json .Id}},"startedAt":{{json .State.StartedAt}},"runtime":{{json .HostConfig.Runtime}},"ipcMode":{{json .HostConfig.IpcMode}},' +
  '"shmSize":{{json .HostConfig.ShmSize}},"deviceRequests":{{json .HostConfig.DeviceRequests}},"devices":{{json .HostConfig.Devices}},' +
  '"environment":[{{range .Config.Env}}{{$name := index (split . "=") 0}}' +
  '{{if or (eq $name "NVIDIA_VISIBLE_DEVICES") (eq $name "NVIDIA_DRIVER_CAPABILITIES")}}{{json .}},{{end}}{{end}}null]}';
const settings: CommandSpec = {
  id: 'settings',
  argv: [
    'sh',
    '-c',
    `command -v docker >/dev/null 2>&1 || exit 127; ids=$(docker ps -q --no-trunc) || exit 1; echo '== containers'; [ -z "$ids" ] || docker inspect --type container --format '${settingsFormat}' $ids || exit 1; echo '== done'`,
  ],
  timeoutMs: 10_000,
};
/** systemd 247 and newer; others print no such property, or a date in words that is not read. */
const unitsLoaded: CommandSpec = {
  id: 'units-loaded',
  argv: ['systemctl', 'show', '--no-pager', '--timestamp=unix', '-p', 'UnitsLoadTimestamp'],
  timeoutMs: 5000,
};

export const dockerProbe = defineProbe({
  id: 'docker',
  commands: [info, containers, settings, unitsLoaded],
  sources: { '': 'info', containers: 'containers', containerSettings: 'settings', unitsLoadedAtMs: 'units-loaded' },
  parse(outputs) {
    const found = readInfo(outputs.info);
    if ('reason' in found) return found;
    const output = outputs.containers;
    const facts = {
      ...found.info,
      containers: null,
      containerSettings: readSettings(textFrom(outputs.settings)),
      unitsLoadedAtMs: readUnitsLoaded(textFrom(outputs[unitsLoaded.id])),
    };
    if (!output) return { state: 'ok', facts };
    // A daemon that tells of itself and not of its containers is not one that runs none.
    const silent = commandProblem(output, containers) ?? exitProblem(output, containers);
    return silent
      ? { state: 'ok', facts, reason: silent.reason }
      : { state: 'ok', facts: { ...facts, containers: readContainers(output.stdout) } };
  },
});

function textFrom(output: CommandOutput | undefined): string {
  return output?.state === 'exited' ? output.stdout : '';
}

function readInfo(output: CommandOutput | undefined): { state: 'ok'; info: Info } | Problem {
  const told = commandProblem(output, info);
  if (told || !output) return told ?? problem('failed', 'notRun', { tool: 'docker' });
  const text = `${output.stderr.slice(0, 4096)}\n${output.stdout.slice(0, 65_536)}`;
  const document = readJson(output.stdout.trimStart().startsWith('{') ? output.stdout : '');
  const errors = isObject(document) && Array.isArray(document.ServerErrors) ? document.ServerErrors.join('\n') : '';
  const read = isObject(document) && errors === '' ? fromJson(document) : fromText(output.stdout);
  if (read) return { state: 'ok', info: read };
  if (/permission denied/i.test(errors || text)) return refusal(output, [info, containers], 'dockerDenied');
  if (/Cannot connect to the Docker daemon|Is the docker daemon running/i.test(errors || text)) {
    return problem('failed', 'dockerNotRunning');
  }
  return exitProblem(output, info) ?? problem('unparsable', 'unparsable', { tool: 'docker' });
}

/** `docker info --format '{{json .}}'`, the same as the engine's GET /info. */
function fromJson(document: Record<string, unknown>): Info | null {
  const serverVersion = textOf(document.ServerVersion);
  if (serverVersion === null && textOf(document.Driver) === null) return null;
  const rootDir = textOf(document.DockerRootDir);
  return {
    serverVersion,
    defaultRuntime: textOf(document.DefaultRuntime),
    runtimes: isObject(document.Runtimes) ? Object.keys(document.Runtimes).sort() : [],
    cgroupDriver: textOf(document.CgroupDriver),
    cgroupVersion: textOf(document.CgroupVersion),
    storageDriver: textOf(document.Driver),
    cdiSpecDirs: Array.isArray(document.CDISpecDirs)
      ? document.CDISpecDirs.map(textOf).filter((dir) => dir !== null)
      : [],
    ...(rootDir === null ? {} : { rootDir }),
  };
}

/** `docker info` as people run it: ` Server Version: 24.0.7`, ` Runtimes: io.containerd.runc.v2 nvidia runc`. */
function fromText(text: string): Info | null {
  const pairs = readPairs(text, ': ');
  const serverVersion = pairs.get('Server Version') ?? null;
  if (serverVersion === null) return null;
  const rootDir = pairs.get('Docker Root Dir');
  return {
    serverVersion,
    defaultRuntime: pairs.get('Default Runtime') ?? null,
    runtimes: (pairs.get('Runtimes') ?? '').split(/\s+/).filter(Boolean).sort(),
    cgroupDriver: pairs.get('Cgroup Driver') ?? null,
    cgroupVersion: pairs.get('Cgroup Version') ?? null,
    storageDriver: pairs.get('Storage Driver') ?? null,
    cdiSpecDirs: [],
    ...(rootDir === undefined ? {} : { rootDir }),
  };
}

/** One JSON object a running container. */
function readContainers(text: string): Container[] {
  const found: Container[] = [];
  for (const line of linesOf(text, 65_536)) {
    const entry = line.trimStart().startsWith('{') ? readJson(line) : undefined;
    if (!isObject(entry) || typeof entry.ID !== 'string') continue;
    found.push({
      id: entry.ID,
      name: textOf(entry.Names),
      image: textOf(entry.Image),
      state: textOf(entry.State),
      status: textOf(entry.Status),
      command: textOf(entry.Command)?.replace(/^"(.*)"$/, '$1') ?? null,
      ports: textOf(entry.Ports),
    });
  }
  return found;
}

/** One JSON object a container, as `settingsFormat` writes them. Null: the list is not whole. */
export function readSettings(text: string): Settings[] | null {
  const lines = linesOf(text, 65_536);
  if (!lines.includes('== containers') || !lines.includes('== done')) return null;
  return lines.flatMap((line): Settings[] => {
    const entry = line.startsWith('{') ? readJson(line) : undefined;
    if (!isObject(entry) || typeof entry.id !== 'string') return [];
    const startedAtMs = Date.parse(textOf(entry.startedAt) ?? '');
    const variables = (Array.isArray(entry.environment) ? entry.environment : []).flatMap((one) => {
      const [, name, value] = /^(NVIDIA_[A-Z_]{1,40})=(.{0,1000})$/.exec(textOf(one) ?? '') ?? [];
      return name === undefined ? [] : [[name, value ?? ''] as const];
    });
    return [
      {
        id: entry.id,
        // Year 1: it was never started.
        startedAtMs: startedAtMs > 0 ? startedAtMs : null,
        runtime: textOf(entry.runtime) || null,
        ipcMode: textOf(entry.ipcMode) || null,
        sharedMemoryBytes: typeof entry.shmSize === 'number' ? entry.shmSize : null,
        deviceRequests: listOf(entry.deviceRequests).map((request) => ({
          driver: textOf(request.Driver) || null,
          count: typeof request.Count === 'number' ? request.Count : null,
          deviceIds: words(request.DeviceIDs),
          capabilities: words(Array.isArray(request.Capabilities) ? request.Capabilities.flat() : null),
        })),
        devices: listOf(entry.devices).flatMap((device) => textOf(device.PathOnHost) ?? []),
        environment: Object.fromEntries(variables),
      },
    ];
  });
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((one) => textOf(one) ?? []) : [];
}

/** `UnitsLoadTimestamp=@1763361600` */
export function readUnitsLoaded(text: string): number | null {
  const seconds = /^UnitsLoadTimestamp=@(\d{1,12})$/m.exec(text)?.[1];
  return seconds === undefined || seconds === '0' ? null : Number(seconds) * 1000;
}
