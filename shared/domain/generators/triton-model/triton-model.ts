import type { Generator, GeneratorExample } from '../generator';
import { both } from '../values';
import { sections } from './fields';
import { files, read } from './files';
import { problems } from './problems';

const examples: readonly GeneratorExample[] = [
  {
    id: 'classifier',
    title: both('Image classifier with priorities', '带优先级的图像分类'),
    description: both(
      'ONNX with dynamic batching, two copies on GPU 0, two priorities with queues of their own.',
      'ONNX 模型，动态批处理，GPU 0 上两个副本，两个优先级各有队列策略。',
    ),
    values: {
      name: 'classifier',
      backend: 'onnxruntime',
      max_batch_size: 32,
      input: [{ name: 'input', data_type: 'TYPE_FP32', dims: [3, 224, 224] }],
      output: [{ name: 'probs', data_type: 'TYPE_FP32', dims: [1000] }],
      version_policy: 'latest',
      num_versions: 2,
      instance_group: [{ kind: 'KIND_GPU', count: 2, gpus: [0] }],
      scheduler: 'dynamic',
      dynamic_batching: {
        maxQueueDelayMs: 0.5,
        priority_levels: 2,
        default_priority_level: 2,
        default_queue_policy: { timeout_action: 'REJECT', defaultTimeoutMs: 100, max_queue_size: 256 },
        priority_queue_policy: [{ level: 1, timeout_action: 'DELAY', defaultTimeoutMs: 500 }],
      },
    },
  },
  {
    id: 'vllm',
    title: both('Language model on vLLM', 'vLLM 语言模型'),
    description: both(
      'vLLM batches by itself; its own settings are in 1/model.json.',
      'vLLM 自行批处理；其参数在 1/model.json 中。',
    ),
    values: {
      name: 'llm',
      backend: 'vllm',
      instance_group: [{ kind: 'KIND_MODEL', count: 1 }],
      scheduler: 'none',
    },
  },
  {
    id: 'ensemble',
    title: both('Ensemble of two steps', '两步集成'),
    description: both(
      'Decoding of images and a classifier as one model: the tensors between them never leave the server.',
      '图像解码与分类合为一个模型：中间张量不离开服务器。',
    ),
    values: {
      name: 'classify-image',
      backend: 'ensemble',
      max_batch_size: 32,
      input: [{ name: 'image', data_type: 'TYPE_UINT8', dims: [-1] }],
      output: [{ name: 'probs', data_type: 'TYPE_FP32', dims: [1000] }],
      step: [
        {
          model_name: 'decode',
          model_version: -1,
          memberMaxBatchSize: 64,
          input_map: [{ model: 'raw', ensemble: 'image' }],
          output_map: [{ model: 'decoded', ensemble: 'pixels' }],
        },
        {
          model_name: 'classifier',
          model_version: -1,
          memberMaxBatchSize: 32,
          input_map: [{ model: 'input', ensemble: 'pixels' }],
          output_map: [{ model: 'probs', ensemble: 'probs' }],
        },
      ],
    },
  },
];

/** A model's `config.pbtxt` for Triton. Source: triton-inference-server/common protobuf/model_config.proto, server docs/user_guide. */
export const tritonModel: Generator = {
  id: 'triton-model',
  title: both('Triton model', 'Triton 模型'),
  description: both(
    'config.pbtxt: inputs and outputs, instances, dynamic batching with priorities and queues, ensembles.',
    'config.pbtxt：输入输出、实例、带优先级和队列的动态批处理、集成。',
  ),
  nodePath: '/srv/models/MODEL/config.pbtxt',
  probeIds: ['gpu'],
  sections,
  examples,
  initial: () => JSON.parse(JSON.stringify(examples[0]?.values ?? {})),
  problems,
  files,
  read,
};
