import type { LocalizedText } from '../../../text';
import { choice, flag, list, pairs, text, whole, wholes } from '../../field-makers';
import type { Generator, GeneratorField } from '../../generator';
import { both } from '../../values';
import { backendIs, isModel } from './conditions';

/** Source: triton-inference-server/onnxruntime_backend README.md. */
function accelerators(name: string, label: LocalizedText, en: string, zh: string, placeholder: string): GeneratorField {
  const one = both('Accelerator', '加速器');
  return list(
    name,
    one,
    en,
    zh,
    [
      text('name', 'As the backend calls it.', '后端所用的名称。', {
        label: both('Name', '名称'),
        isRequired: true,
        placeholder,
      }),
      pairs('parameters', both('Parameter', '参数'), 'Its own settings, as texts.', '其自身的设置，均为文本。', {
        label: both('Parameters', '参数'),
      }),
    ],
    { label, isShown: backendIs('onnxruntime') },
  );
}

type Section = Generator['sections'][number];
export const optimization: Section = {
  title: both('Optimization', '优化'),
  fields: [
    choice(
      'priority',
      ['PRIORITY_DEFAULT', 'PRIORITY_MAX', 'PRIORITY_MIN'],
      'TensorRT only: whose kernels go first.',
      '仅限 TensorRT：内核的先后。',
      { label: both('Priority on the GPU', 'GPU 优先级'), isShown: backendIs('tensorrt') },
    ),
    flag(
      'cudaGraphs',
      'TensorRT only: less launch overhead for fixed shapes. Default false.',
      '仅限 TensorRT：固定形状时减少启动开销。默认 false。',
      { label: both('CUDA graphs', 'CUDA graph'), isShown: backendIs('tensorrt') },
    ),
    flag(
      'busyWaitEvents',
      'TensorRT only: waits for the GPU by asking all the time. Less latency, a whole CPU core. Default false.',
      '仅限 TensorRT：持续查询 GPU 是否完成。延迟更低，占满一个 CPU 核。默认 false。',
      { label: both('Busy waiting', '忙等待'), isShown: backendIs('tensorrt') },
    ),
    flag(
      'outputCopyStream',
      'TensorRT only: copies outputs beside the next run; costs memory. Default false.',
      '仅限 TensorRT：复制输出与下一次执行并行；多占显存。默认 false。',
      { label: both('Own stream for outputs', '输出使用独立 stream'), isShown: backendIs('tensorrt') },
    ),
    whole(
      'graphLevel',
      '-1 and 1 are extended ones for some backends. Default 0: basic.',
      '-1 与 1 为部分后端的扩展级别。默认 0：基本优化。',
      { label: both('Graph optimization', '图优化级别'), minimum: -1, maximum: 1 },
    ),
    list(
      'cudaGraphSpecs',
      both('Graph', '图'),
      'TensorRT only: for which batches graphs are captured. Default: 1, 2, 3, 4 and each power of 2 up to max_batch_size.',
      '仅限 TensorRT：为哪些批量捕获 graph。默认 1、2、3、4 及不超过 max_batch_size 的 2 的幂。',
      [
        whole('batch_size', '0 where there is no batch dimension.', '没有批量维时为 0。', {
          label: both('Batch', '批量'),
          minimum: 0,
        }),
        list(
          'input',
          both('Input', '输入'),
          'Shapes, needed for inputs with -1.',
          '形状；含 -1 的输入必填。',
          [
            text('name', 'Of the input.', '输入的名称。', { label: both('Name', '名称'), isRequired: true }),
            wholes('dims', 'Without the batch and without -1.', '不含批量维，不含 -1。', {
              label: both('Shape', '形状'),
              minimum: 1,
              isRequired: true,
            }),
          ],
          { label: both('Inputs', '输入') },
        ),
      ],
      { label: both('Captured graphs', '捕获的 graph'), isShown: (_, form) => form.cudaGraphs === true },
    ),
    accelerators(
      'gpuAccelerators',
      both('Accelerators on GPUs', 'GPU 加速器'),
      'ONNX Runtime only: tensorrt (precision_mode FP16, max_workspace_size_bytes …). The first request takes minutes.',
      '仅限 ONNX Runtime：tensorrt（precision_mode FP16、max_workspace_size_bytes 等）；首个请求需数分钟。',
      'tensorrt',
    ),
    accelerators(
      'cpuAccelerators',
      both('Accelerators on CPUs', 'CPU 加速器'),
      'ONNX Runtime only: openvino.',
      '仅限 ONNX Runtime：openvino。',
      'openvino',
    ),
    flag(
      'inputPinnedMemory',
      'Page-locked memory on the way to the GPU. Default true.',
      '向 GPU 传输时使用锁页内存。默认 true。',
      { label: both('Pinned inputs', '输入锁页内存') },
    ),
    flag(
      'outputPinnedMemory',
      'Page-locked memory on the way back. Default true.',
      '从 GPU 返回时使用锁页内存。默认 true。',
      { label: both('Pinned outputs', '输出锁页内存') },
    ),
    whole(
      'gatherKernelBufferThreshold',
      'TensorRT only: so many separate inputs are put together by a kernel. Default 0: never.',
      '仅限 TensorRT：达到该数量的分散输入由内核合并。默认 0：从不。',
      { label: both('Gather by kernel from', '用内核收集的门槛'), minimum: 0, isShown: backendIs('tensorrt') },
    ),
    flag(
      'eagerBatching',
      'TensorRT only: prepares the next batch while one runs. Default false.',
      '仅限 TensorRT：执行时准备下一批。默认 false。',
      { label: both('Eager batching', '提前凑批'), isShown: backendIs('tensorrt') },
    ),
    list(
      'parameters',
      both('Parameter', '参数'),
      'Handed to the backend as texts.',
      '以文本形式传给后端。',
      [
        text('key', 'As the backend calls it.', '后端所用的名称。', {
          label: both('Name', '名称'),
          isRequired: true,
        }),
        text('value', 'A text, numbers too.', '文本；数字也写作文本。', { label: both('Value', '值') }),
      ],
      { label: both('Parameters', '参数') },
    ),
    text(
      'default_model_filename',
      'Where it is not named as the backend expects (model.onnx …).',
      '与后端默认文件名（model.onnx 等）不同时填写。',
      { label: both('File of the model', '模型文件名'), isShown: isModel, placeholder: 'model.onnx' },
    ),
  ],
};
