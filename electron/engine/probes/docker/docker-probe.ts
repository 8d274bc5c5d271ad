import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { DockerFacts } from '#shared/domain/facts/software';
import { isObject, linesOf, readJson, readPairs, textOf } from '../lib/lines';
import { commandProblem, exitProblem, type Problem, problem } from '../lib/outcome';
import { defineProbe } from '../probe';

type Info = Omit<DockerFacts, 'containers'>;
type Container = DockerFacts['containers'][number];

const infoArgs = ['docker', 'info', '--format', '{{json .}}'] as const;
const containersArgs = ['docker', 'ps', '--no-trunc', '--format', '{{json .}}'] as const;
/** Membership of group docker is enough; where the login has none, root is tried as well. */
const info: CommandSpec = { id: 'info', argv: infoArgs, timeoutMs: 10_000 };
const containers: CommandSpec = { id: 'containers', argv: containersArgs, timeoutMs: 10_000 };
const infoAsRoot: CommandSpec = { ...info, id: 'info-root', privilege: 'root', unlessRoot: true };
const containersAsRoot: CommandSpec = { ...containers, id: 'containers-root', privilege: 'root', unlessRoot: true };

export const dockerProbe = defineProbe({
  id: 'docker',
  commands: [info, containers, infoAsRoot, containersAsRoot],
  sources: { '': 'info|info-root', containers: 'containers|containers-root' },
  parse(outputs) {
    const asUser = readInfo(outputs.info, info);
    const asRoot = 'reason' in asUser ? readInfo(outputs['info-root'], infoAsRoot) : null;
    const isRoot = asRoot !== null && !('reason' in asRoot);
    const found = isRoot ? asRoot : asUser;
    if ('reason' in found) {
      return asUser.state === 'denied' && asRoot && 'reason' in asRoot && asRoot.reason.key === 'probes.denied'
        ? asRoot
        : found;
    }
    const spec = isRoot ? containersAsRoot : containers;
    const output = outputs[spec.id];
    return {
      state: 'ok',
      facts: { ...found.info, containers: readContainers(output?.state === 'exited' ? output.stdout : '') },
    };
  },
});

function readInfo(output: CommandOutput | undefined, spec: CommandSpec): { state: 'ok'; info: Info } | Problem {
  const told = commandProblem(output, spec);
  if (told || !output) return told ?? problem('failed', 'notRun', { tool: 'docker' });
  const text = `${output.stderr.slice(0, 4096)}\n${output.stdout.slice(0, 65_536)}`;
  const document = readJson(output.stdout.trimStart().startsWith('{') ? output.stdout : '');
  const errors = isObject(document) && Array.isArray(document.ServerErrors) ? document.ServerErrors.join('\n') : '';
  const read = isObject(document) && errors === '' ? fromJson(document) : fromText(output.stdout);
  if (read) return { state: 'ok', info: read };
  if (/permission denied/i.test(errors || text)) return problem('denied', 'dockerDenied');
  if (/Cannot connect to the Docker daemon|Is the docker daemon running/i.test(errors || text)) {
    return problem('failed', 'dockerNotRunning');
  }
  return exitProblem(output, spec) ?? problem('unparsable', 'unparsable', { tool: 'docker' });
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
