import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../facts/index';
import { modelServersOf } from './model-servers';

const container = (image: string, state = 'running') => ({
  id: `${image}-0123456789abcdef`,
  name: null,
  image,
  state,
  status: null,
  command: null,
  ports: '0.0.0.0:8000->8000/tcp',
});
const process = (pid: number, commandLine: string, cgroup: string | null = '/system.slice/llm.service') => ({
  pid,
  parentPid: 1,
  user: 'llm',
  state: 'S',
  elapsedSeconds: 10,
  residentBytes: 1,
  cgroup,
  commandLine,
});
const serversOf = (containers: unknown[], processes: unknown[] = []) =>
  modelServersOf({ docker: { containers }, processes: { processes } } as unknown as NodeFacts);

describe('model servers', () => {
  it.each([
    ['nvcr.io/nvidia/tritonserver:25.02-py3', 'triton'],
    ['vllm/vllm-openai:v0.8.4', 'vllm'],
    ['registry.lab:5000/mirror/vllm-openai@sha256:0123', 'vllm'],
    ['lmsysorg/sglang:latest', 'sglang'],
    ['ghcr.io/huggingface/text-generation-inference:3.0', 'tgi'],
    ['nvcr.io/nim/meta/llama3-8b-instruct:1.0', 'nim'],
  ])('knows %s', (image, kind) => {
    expect(serversOf([container(image)])).toMatchObject([{ kind, image, ports: '0.0.0.0:8000->8000/tcp' }]);
  });

  it('takes no other image for one, and none that has ended', () => {
    expect(serversOf([container('nginx:1.27'), container('example/my-vllm-docs:1')])).toEqual([]);
    expect(serversOf([container('vllm/vllm-openai:v0.8.4', 'exited')])).toEqual([]);
  });

  it.each([
    ['/opt/vllm/bin/python3 -m vllm.entrypoints.openai.api_server --model /m --port 8001', 'vllm', '8001'],
    ['/usr/bin/python3 /usr/local/bin/vllm serve /m', 'vllm', null],
    ['/opt/tritonserver/bin/tritonserver --model-repository=/m --http-port=9000', 'triton', '9000'],
    ['/usr/local/bin/ollama serve', 'ollama', null],
    ['/usr/local/bin/llama-server -m model.gguf', 'llama.cpp', null],
  ])('knows the process %s', (commandLine, kind, ports) => {
    expect(serversOf([], [process(4242, commandLine)])).toMatchObject([{ kind, name: 'PID 4242', image: null, ports }]);
  });

  it('tells the workers of one server once, and not those inside a container', () => {
    const worker = '/opt/vllm/bin/python3 -m vllm.entrypoints.openai.api_server --worker-rank 1';
    const inside = process(9, worker, '/system.slice/docker-51700ffae43f.scope');
    expect(serversOf([], [process(1, worker), process(2, worker), inside]).map(({ name }) => name)).toEqual(['PID 1']);
  });

  it('takes no program that only mentions one', () => {
    expect(serversOf([], [process(3, 'vim notes-on-tritonserver'), process(4, 'grep -r "vllm serve" .')])).toEqual([]);
  });
});
