import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { DockerFacts } from '#shared/domain/facts/software';
import { isObject, linesOf, readJson, readPairs, textOf } from '../lib/lines';
import { commandProblem, exitProblem, type Problem, problem, refusal } from '../lib/outcome';
import { defineProbe } from '../probe';

type Info = Omit<DockerFacts, 'containers'>;
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

export const dockerProbe = defineProbe({
  id: 'docker',
  commands: [info, containers],
  sources: { '': 'info', containers: 'containers' },
  parse(outputs) {
    const found = readInfo(outputs.info);
    if ('reason' in found) return found;
    const output = outputs.containers;
    if (!output) return { state: 'ok', facts: { ...found.info, containers: null } };
    // A daemon that tells of itself and not of its containers is not one that runs none.
    const silent = commandProblem(output, containers) ?? exitProblem(output, containers);
    return silent
      ? { state: 'ok', facts: { ...found.info, containers: null }, reason: silent.reason }
      : { state: 'ok', facts: { ...found.info, containers: readContainers(output.stdout) } };
  },
});

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
  };
}

/** `docker info` as people run it: ` Server Version: 24.0.7`, ` Runtimes: io.containerd.runc.v2 nvidia runc`. */
function fromText(text: string): Info | null {
  const pairs = readPairs(text, ': ');
  const serverVersion = pairs.get('Server Version') ?? null;
  if (serverVersion === null) return null;
  return {
    serverVersion,
    defaultRuntime: pairs.get('Default Runtime') ?? null,
    runtimes: (pairs.get('Runtimes') ?? '').split(/\s+/).filter(Boolean).sort(),
    cgroupDriver: pairs.get('Cgroup Driver') ?? null,
    cgroupVersion: pairs.get('Cgroup Version') ?? null,
    storageDriver: pairs.get('Storage Driver') ?? null,
    cdiSpecDirs: [],
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
