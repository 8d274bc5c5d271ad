import type { NodeModel } from '../model/node-model';
import { seedFrom } from '../model/random';
import { answerOutside } from './internet';
import { nodeExporterPort } from './node-exporter';
import { failed, lines, optionValue, printed, type Tool, type ToolContext, type ToolOutput } from './tool';

/** A container that somebody made with `docker run -d` on a simulated node. */
interface MadeContainer {
  name: string;
  readonly id: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `127.0.0.1:8000:8000`: the port of the node by that of the container. */
  readonly ports: ReadonlyMap<number, number>;
  isRunning: boolean;
  /** What it printed; one that goes on is silent here. */
  readonly log: string;
}

interface DockerState {
  readonly images: Set<string>;
  readonly containers: Map<string, MadeContainer>;
}

const states = new WeakMap<NodeModel, DockerState>();

function stateOf(model: NodeModel): DockerState {
  const known = states.get(model) ?? { images: new Set(), containers: new Map() };
  states.set(model, known);
  return known;
}

/** What a container that was made on the node serves at one of the node's ports: its image and the port inside. */
export function madeContainerAt(model: NodeModel, port: number): { image: string; inside: number } | null {
  for (const { image, ports, isRunning } of stateOf(model).containers.values()) {
    const inside = ports.get(port);
    if (isRunning && inside !== undefined) return { image, inside };
  }
  return null;
}

const noSuch = (name: string) => failed(1, `Error: No such container: ${name}\n`, '[]\n');

/** `docker pull | load | image | run | logs | inspect | stop | start | rename | rm`; null: another verb. */
export function dockerContainers(
  model: NodeModel,
  args: readonly string[],
  { uid, files }: Pick<ToolContext, 'uid' | 'files'>,
): ToolOutput | null {
  const { images, containers } = stateOf(model);
  const [verb = '', ...rest] = args;
  const words = rest.filter(
    (arg, index) => !arg.startsWith('-') && !['-t', '--type', '--tail'].includes(rest[index - 1] ?? ''),
  );
  const [first = '', second = ''] = words;
  const isKnown = ['pull', 'load', 'image', 'run', 'logs', 'inspect', 'stop', 'start', 'rename', 'rm'].includes(verb);
  if (!isKnown) return null;
  if (uid !== 0) return failed(1, 'permission denied while trying to connect to the Docker daemon socket\n');
  const one = containers.get(first);
  switch (verb) {
    case 'pull': {
      const [host = ''] = first.split('/');
      const registry = /[.:]/.test(host) ? host : 'registry-1.docker.io';
      const refusal = answerOutside(model, `https://${registry}/v2/`);
      if (refusal !== null)
        return failed(1, `Error response from daemon: Get "https://${registry}/v2/": ${refusal.text}\n`);
      images.add(familiar(first));
      return printed(`Status: Downloaded newer image for ${first}\n${first}\n`);
    }
    case 'load': {
      const path = optionValue(rest, '-i', '--input') ?? '';
      const text = files?.read(path) ?? null;
      if (text === null) return failed(1, `open ${path}: no such file or directory\n`);
      const told = [...text.matchAll(/"RepoTags":\["([^"]+)"\]/g)].map(([, name = '']) => name);
      if (told.length === 0) return failed(1, 'open /var/lib/docker/tmp/docker-import/manifest.json: no such file\n');
      for (const name of told) images.add(familiar(name));
      return printed(told.map((name) => `Loaded image: ${name}\n`).join(''));
    }
    case 'image':
      if (first === 'ls') return printed(images.has(familiar(second)) ? `${idOf(second).slice(0, 12)}\n` : '');
      return images.delete(familiar(second))
        ? printed(`Untagged: ${second}\n`)
        : failed(1, `Error: No such image: ${second}\n`);
    case 'run':
      return run(model, rest);
    case 'inspect':
      if (rest.includes('--type=image'))
        return images.has(familiar(first))
          ? printed(`[\n    {\n        "Id": "sha256:${idOf(first)}"\n    }\n]\n`)
          : failed(1, `Error: No such image: ${first}\n`, '[]\n');
      return one ? printed(`${JSON.stringify([inspected(one)], null, 4)}\n`) : noSuch(first);
    case 'logs':
      return one ? printed(one.log) : failed(1, `Error response from daemon: No such container: ${first}\n`);
    case 'rename':
      if (!one) return noSuch(first);
      containers.delete(first);
      one.name = second;
      containers.set(second, one);
      return printed('');
    case 'rm':
      return containers.delete(first) ? printed(`${first}\n`) : noSuch(first);
    default:
      if (!one) return noSuch(first);
      one.isRunning = verb === 'start';
      return printed(`${first}\n`);
  }
}

function run(model: NodeModel, args: readonly string[]): ToolOutput {
  const { images, containers } = stateOf(model);
  const dashes = args.indexOf('--');
  const options = args.slice(0, dashes);
  const [image = '', ...program] = args.slice(dashes + 1);
  if (!images.has(familiar(image))) {
    if (options.includes('--pull=never'))
      return failed(125, `docker: Error response from daemon: No such image: ${image}\n`);
    images.add(familiar(image));
  }
  if (options.includes('--gpus') && !model.settings.hasNvidiaRuntime) {
    return failed(
      125,
      'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]]\n',
    );
  }
  const name = optionValue(options, '--name') ?? idOf(image).slice(0, 8);
  if (containers.has(name))
    return failed(
      125,
      `docker: Error response from daemon: Conflict. The container name "/${name}" is already in use\n`,
    );
  const labels = options.flatMap((arg, index) => {
    const [, key, value] = (options[index - 1] === '--label' && /^([^=]+)=(.*)$/.exec(arg)) || [];
    return key === undefined ? [] : [[key, value ?? ''] as const];
  });
  const ports = options.flatMap((arg, index) => {
    const [, outside, inside] = (options[index - 1] === '-p' && /:(\d+):(\d+)$/.exec(arg)) || [];
    return outside === undefined ? [] : [[Number(outside), Number(inside)] as const];
  });
  // On the node's own network it is the program that says where it listens, as dcgm-exporter does.
  const listens = /:(\d+)$/.exec(optionValue(program, '-a', '--address') ?? '')?.[1];
  if (optionValue(options, '--network') === 'host' && listens) ports.push([Number(listens), Number(listens)]);
  const isRunning = options.includes('-d');
  if (!isRunning && program.join(' ') !== 'nvidia-smi -L') return failed(127, 'docker: not emulated\n');
  const listed = isRunning ? [] : model.gpus.filter(({ isLost }) => !isLost);
  const log = lines(...listed.map(({ index, slot, uuid }) => `GPU ${index}: ${slot.card.productName} (UUID: ${uuid})`));
  const id = idOf(`${name} ${image}`);
  const made = { name, id, image, labels: Object.fromEntries(labels), ports: new Map(ports), isRunning, log };
  if (!options.includes('--rm')) containers.set(name, made);
  return printed(isRunning ? `${id}\n` : log);
}

/** Docker takes a name of Docker Hub with and without its registry for the same. */
const familiar = (image: string): string => image.replace(/^docker\.io\/(?:library\/)?/, '');

function idOf(text: string): string {
  return seedFrom(text).toString(16).padStart(8, '0').repeat(8);
}

function inspected({ id, name, image, labels, isRunning }: MadeContainer): object {
  return {
    Id: id,
    Name: `/${name}`,
    RestartCount: 0,
    State: { Status: isRunning ? 'running' : 'exited', Running: isRunning },
    Config: { Image: image, Labels: labels },
  };
}

/** `ss -Hltn` of what containers publish and of node_exporter, beside sshd; `sport = :PORT` asks for one. */
export const ss: Tool = (model, args, { files }) => {
  const made = [...stateOf(model).containers.values()].flatMap((one) => (one.isRunning ? [...one.ports.keys()] : []));
  const asked = /^sport = :(\d+)$/.exec(args.at(-1) ?? '')?.[1];
  const ports = [22, ...made, nodeExporterPort(model, files) ?? 22].filter(
    (port, index, all) => all.indexOf(port) === index && (asked === undefined || Number(asked) === port),
  );
  return printed(lines(...ports.map((port) => `LISTEN 0      4096       127.0.0.1:${port}       0.0.0.0:*`)));
};
