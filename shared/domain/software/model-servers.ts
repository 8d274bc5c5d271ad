import type { NodeFacts } from '../facts/index';

export const modelServerKinds = ['vllm', 'triton', 'sglang', 'tgi', 'ollama', 'llama.cpp', 'nim'] as const;
export type ModelServerKind = (typeof modelServerKinds)[number];

/** A server of models that runs now, as a container or as a process of the node. */
export interface ModelServer {
  readonly kind: ModelServerKind;
  readonly name: string;
  /** With its tag; null for a process. */
  readonly image: string | null;
  readonly ports: string | null;
  readonly state: string | null;
  readonly probeId: 'docker' | 'containers' | 'processes';
  readonly factPath: string;
}

const images: ReadonlyArray<readonly [RegExp, ModelServerKind]> = [
  [/(^|\/)tritonserver(:|@|$)/, 'triton'],
  [/(^|\/)vllm(-openai)?(-rocm)?(:|@|$)/, 'vllm'],
  [/(^|\/)sglang(:|@|$)/, 'sglang'],
  [/(^|\/)text-generation-inference(:|@|$)/, 'tgi'],
  [/(^|\/)ollama(:|@|$)/, 'ollama'],
  [/(^|\/)llama\.cpp(:|@|$)/, 'llama.cpp'],
  [/^nvcr\.io\/nim\//, 'nim'],
];

/** The program itself, not a word of it somewhere in the arguments: the first word, or what `python -m` or a script names. */
const commands: ReadonlyArray<readonly [RegExp, ModelServerKind]> = [
  [/^\S*tritonserver(\s|$)/, 'triton'],
  [/^\S*python[\d.]*\s+(-\S+\s+)*-m vllm(\.|\s|$)|^(\S*python[\d.]*\s+)?\S*\/?vllm serve(\s|$)/, 'vllm'],
  [/^\S*python[\d.]*\s+(-\S+\s+)*-m sglang(\.|\s|$)/, 'sglang'],
  [/^\S*text-generation-(launcher|server)(\s|$)/, 'tgi'],
  [/^\S*ollama (serve|runner)(\s|$)/, 'ollama'],
  [/^\S*llama-server(\s|$)/, 'llama.cpp'],
];

/**
 * Model servers from facts of Docker, Podman, containerd and the process list. The processes of a container are those of the
 * container; workers of one server (children of its process, or the same command) are told once.
 */
export function modelServersOf(facts: NodeFacts): ModelServer[] {
  const docker = (facts.docker?.containers ?? []).map((one, index) => ({ ...one, probeId: 'docker' as const, index }));
  const others = (facts.containers?.containers ?? []).map((one, index) => ({
    ...one,
    probeId: 'containers' as const,
    index,
  }));
  const contained = [...docker, ...others].flatMap(
    ({ image, name, id, ports, state, probeId, index }): ModelServer[] => {
      const kind = images.find(([pattern]) => image !== null && pattern.test(image))?.[1];
      if (kind === undefined || (state !== null && state !== 'running')) return [];
      return [
        { kind, name: name ?? id.slice(0, 12), image, ports, state, probeId, factPath: `containers.${index}.image` },
      ];
    },
  );
  const processes = facts.processes?.processes ?? [];
  const isContained = (cgroup: string | null) => /docker|containerd|libpod|kubepods/.test(cgroup ?? '');
  const seen = new Set<string>();
  const free = processes.flatMap((one, index): ModelServer[] => {
    const kind = commands.find(([pattern]) => pattern.test(one.commandLine ?? ''))?.[1];
    const key = `${kind} ${one.user} ${one.cgroup ?? one.parentPid}`;
    if (kind === undefined || isContained(one.cgroup) || seen.has(key)) return [];
    seen.add(key);
    const port = /(?:--(?:http-)?port[= ])(\d{2,5})\b/.exec(one.commandLine ?? '')?.[1] ?? null;
    const factPath = `processes.${index}.commandLine`;
    return [
      { kind, name: `PID ${one.pid}`, image: null, ports: port, state: 'running', probeId: 'processes', factPath },
    ];
  });
  return [...contained, ...free];
}
