import { l4Single } from './l4-single';
import type { NodeProfile } from './profile';

type System = Pick<NodeProfile, 'osId' | 'osName' | 'osVersionId' | 'osVersion' | 'osCodename'> &
  Pick<NodeProfile, 'kernelRelease' | 'kernelBuild'> & { readonly python: string; readonly image: string };

const systems = {
  'ubuntu-22.04': {
    osId: 'ubuntu',
    osName: 'Ubuntu',
    osVersionId: '22.04',
    osVersion: '22.04.5 LTS (Jammy Jellyfish)',
    osCodename: 'jammy',
    kernelRelease: '5.15.0-140-generic',
    kernelBuild: '#150-Ubuntu SMP PREEMPT_DYNAMIC',
    python: '3.10.12',
    image: '5.15.0-140.150',
  },
  'ubuntu-24.04': {
    osId: 'ubuntu',
    osName: 'Ubuntu',
    osVersionId: '24.04',
    osVersion: '24.04.2 LTS (Noble Numbat)',
    osCodename: 'noble',
    kernelRelease: '6.8.0-57-generic',
    kernelBuild: '#59-Ubuntu SMP PREEMPT_DYNAMIC',
    python: '3.12.3',
    image: '6.8.0-57.59',
  },
  'debian-12': {
    osId: 'debian',
    osName: 'Debian GNU/Linux',
    osVersionId: '12',
    osVersion: '12 (bookworm)',
    osCodename: 'bookworm',
    kernelRelease: '6.1.0-31-amd64',
    kernelBuild: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)',
    python: '3.11.2',
    image: '6.1.128-1',
  },
  'rocky-9': {
    osId: 'rocky',
    osName: 'Rocky Linux',
    osVersionId: '9.5',
    osVersion: '9.5 (Blue Onyx)',
    osCodename: '',
    kernelRelease: '5.14.0-503.11.1.el9_5.x86_64',
    kernelBuild: '#1 SMP PREEMPT_DYNAMIC',
    python: '3.9.18',
    image: '5.14.0-503.11.1.el9_5',
  },
} satisfies Record<string, System>;

type BareSystem = keyof typeof systems;

/** Two models that wait to be served: one for Triton, one for vLLM. */
const models = {
  '/srv/models/resnet50/config.pbtxt': 'name: "resnet50"\nbackend: "onnxruntime"\nmax_batch_size: 8\n',
  '/srv/models/resnet50/1/model.onnx': 'x',
  '/srv/llm/tiny-llama/config.json': JSON.stringify({
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    torch_dtype: 'bfloat16',
    hidden_size: 2048,
    intermediate_size: 5632,
    num_attention_heads: 32,
    num_hidden_layers: 22,
    num_key_value_heads: 4,
    max_position_embeddings: 4096,
    vocab_size: 32000,
  }),
  '/srv/llm/tiny-llama/model.safetensors': 'x',
};

/** A server as its installer left it: nouveau has the GPU, and there is neither driver nor compiler. */
export function bareNode(system: BareSystem, { isSecureBootOn = false } = {}): NodeProfile {
  const { python, image, ...rest } = systems[system];
  const packages: readonly (readonly [string, string])[] =
    rest.osId === 'rocky'
      ? [
          ['kernel-core', image],
          ['chrony', '4.5-3.el9'],
          ['gcc', '11.5.0-2.el9'],
        ]
      : [
          [rest.osId === 'ubuntu' ? 'linux-image-generic' : 'linux-image-amd64', image],
          [`linux-image-${rest.kernelRelease}`, image],
        ];
  return {
    ...l4Single,
    ...rest,
    id: `bare-${system}`,
    hostname: 'bare',
    isSecureBootOn,
    uptimeSeconds: 3600,
    driverVersion: null,
    cudaVersion: null,
    hasOpenKernelModule: false,
    docker: null,
    services: [],
    workloads: [],
    software: { python, packages },
    files: models,
    lacks: rest.osId === 'debian' ? ['curl'] : [],
  };
}
