import type { Generator, GeneratorExample, Values } from '../generator';
import { both, copyOf } from '../values';
import { yamlFault } from '../yaml-file';
import { sections } from './fields';
import { files, read } from './files';
import { problems } from './problems';

const serving = {
  gpus: 'all',
  shm_size: '1g',
  memlockUnlimited: true,
  stackBytes: 67_108_864,
  restart: 'unless-stopped',
  logging: { driver: 'json-file', max_size: '50m', max_file: 3 },
} satisfies Values;
const health = (url: string, start_period: number) => ({
  test: ['curl', '-fsS', url],
  interval: 30,
  timeout: 5,
  retries: 3,
  start_period,
});

const examples: readonly GeneratorExample[] = [
  {
    id: 'triton',
    title: both('Triton', 'Triton'),
    description: both(
      'Models from /srv/models, HTTP, gRPC and metrics for this node only.',
      '模型来自 /srv/models，HTTP、gRPC 和指标仅限本机访问。',
    ),
    values: {
      name: 'serving',
      services: [
        {
          name: 'triton',
          image: 'nvcr.io/nvidia/tritonserver:25.07-py3',
          command: ['tritonserver', '--model-repository=/models', '--exit-on-error=false'],
          ports: ['127.0.0.1:8000:8000', '127.0.0.1:8001:8001', '127.0.0.1:8002:8002'],
          volumes: ['/srv/models:/models:ro'],
          healthcheck: health('http://127.0.0.1:8000/v2/health/ready', 120),
          ...serving,
        },
      ],
    },
  },
  {
    id: 'vllm',
    title: both('vLLM', 'vLLM'),
    description: both(
      'A language model on two GPUs, its key from the environment.',
      '两块 GPU 上的语言模型，密钥取自环境变量。',
    ),
    values: {
      name: 'llm',
      services: [
        {
          name: 'vllm',
          image: 'vllm/vllm-openai:v0.10.1',
          command: [
            '--model',
            '/models/Llama-3.1-8B-Instruct',
            '--tensor-parallel-size',
            '2',
            '--max-model-len',
            '8192',
          ],
          environment: [{ name: 'VLLM_API_KEY' }, { name: 'HF_HUB_OFFLINE', value: '1' }],
          ports: ['127.0.0.1:8000:8000'],
          volumes: ['/srv/models:/models:ro'],
          healthcheck: health('http://127.0.0.1:8000/health', 600),
          ...serving,
          gpus: 'count',
          gpuCount: 2,
          shm_size: '16g',
        },
      ],
    },
  },
  {
    id: 'dcgm-exporter',
    title: both('dcgm-exporter', 'dcgm-exporter'),
    description: both('Metrics of the GPUs at port 9400.', '在 9400 端口提供 GPU 指标。'),
    values: {
      name: 'monitoring',
      services: [
        {
          name: 'dcgm-exporter',
          image: 'nvcr.io/nvidia/k8s/dcgm-exporter:4.5.3-4.8.2-distroless',
          gpus: 'all',
          cap_add: ['SYS_ADMIN'],
          ports: ['127.0.0.1:9400:9400'],
          restart: 'unless-stopped',
        },
      ],
    },
  },
];

/** A compose file for containers with GPUs. */
export const dockerCompose: Generator = {
  id: 'docker-compose',
  title: both('Docker Compose', 'Docker Compose'),
  description: both(
    'compose.yaml: containers with GPUs, shared memory, limits, health checks and restarts.',
    'compose.yaml：带 GPU、共享内存、资源限制、健康检查和自动重启的容器。',
  ),
  nodePath: '/srv/compose/compose.yaml',
  probeIds: ['gpu', 'docker'],
  sections,
  examples,
  initial: () => copyOf(examples[0]?.values ?? {}),
  problems,
  files,
  read,
  fault: yamlFault,
};
