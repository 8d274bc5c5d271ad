import { choice, flag, list, text, whole, wholes } from '../../field-makers';
import type { Generator, GeneratorField, Values } from '../../generator';
import { both, textOf } from '../../values';
import { backendIs } from './conditions';

type Section = Generator['sections'][number];
const policyIs = (name: string) => (around: Values) => textOf(around, 'version_policy') === name;

/** Others are written among the other settings. */
export const backends = ['onnxruntime', 'tensorrt', 'pytorch', 'python', 'vllm', 'tensorrtllm', 'openvino', 'ensemble'];

export const dataTypes = [
  'FP32',
  'FP16',
  'BF16',
  'FP64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'BOOL',
  'STRING',
].map((name) => `TYPE_${name}`);

const tensor: readonly GeneratorField[] = [
  text(
    'name',
    'As the model calls it. PyTorch models without names: INPUT__0, OUTPUT__0.',
    '模型中的名称。没有名称的 PyTorch 模型用 INPUT__0、OUTPUT__0。',
    { label: both('Name', '名称'), isRequired: true, placeholder: 'input_ids' },
  ),
  choice('data_type', dataTypes, 'TYPE_STRING is what clients call BYTES.', 'TYPE_STRING 即客户端所说的 BYTES。', {
    label: both('Data type', '数据类型'),
    isRequired: true,
  }),
  wholes(
    'dims',
    '-1: any length. Where max_batch_size is 1 or more, without the batch dimension.',
    '-1 表示任意长度。max_batch_size 不小于 1 时不含批量维。',
    { label: both('Shape', '形状'), minimum: -1, isRequired: true },
  ),
  wholes('reshape', 'The shape that the model itself wants, of as many elements.', '模型本身所需的形状，元素数相同。', {
    label: both('Reshaped to', '变形为'),
    minimum: -1,
  }),
];

export const model: Section = {
  title: both('Model', '模型'),
  fields: [
    text(
      'name',
      'That of its folder in the repository. Left out, Triton takes the folder’s.',
      '与模型仓库中的目录同名；留空则取目录名。',
      { label: both('Name', '名称'), placeholder: 'classifier' },
    ),
    choice(
      'backend',
      backends,
      'What runs it: model.onnx, model.plan, model.pt, model.py, model.json … ensemble: a chain of other models.',
      '运行模型的后端：model.onnx、model.plan、model.pt、model.py、model.json 等。ensemble：串联其他模型。',
      { label: both('Backend', '后端') },
    ),
    whole(
      'max_batch_size',
      '0, the default: the model has no batch dimension, shapes are whole and nothing is batched. 1 or more: the first dimension is the batch.',
      '默认 0：模型没有批量维，形状完整，不做批处理。不小于 1：第一维为批量。',
      { label: both('Largest batch', '最大批量'), minimum: 0 },
    ),
    list(
      'input',
      both('Input', '输入'),
      'Triton finds them itself for ONNX, TensorRT and OpenVINO.',
      'ONNX、TensorRT 和 OpenVINO 模型可由 Triton 自动获取。',
      [
        ...tensor,
        choice(
          'format',
          ['FORMAT_NONE', 'FORMAT_NHWC', 'FORMAT_NCHW'],
          'Of an image without its batch. Default FORMAT_NONE.',
          '图像的排列（不含批量维）。默认 FORMAT_NONE。',
          { label: both('Format', '格式') },
        ),
        flag('optional', 'Requests may leave it out.', '请求可以省略。', { label: both('Optional', '可选') }),
        flag(
          'allow_ragged_batch',
          'Requests of different shapes share a batch; the backend must know how.',
          '不同形状的请求可同批；需后端支持。',
          { label: both('Ragged', '不等长') },
        ),
        flag('is_shape_tensor', 'TensorRT only.', '仅限 TensorRT。', {
          label: both('Shape tensor', '形状张量'),
          isShown: backendIs('tensorrt'),
        }),
      ],
      { label: both('Inputs', '输入') },
    ),
    list(
      'output',
      both('Output', '输出'),
      'What clients can ask for.',
      '客户端可以请求的输出。',
      [
        ...tensor,
        text(
          'label_filename',
          'File in the model’s folder with a class name a line.',
          '模型目录中的文件，每行一个类别名。',
          { label: both('Labels', '标签文件'), placeholder: 'labels.txt' },
        ),
        flag('is_shape_tensor', 'TensorRT only.', '仅限 TensorRT。', {
          label: both('Shape tensor', '形状张量'),
          isShown: backendIs('tensorrt'),
        }),
      ],
      { label: both('Outputs', '输出') },
    ),
    choice(
      'version_policy',
      ['latest', 'all', 'specific'],
      'Which version folders are served. Default: the latest one.',
      '提供哪些版本目录。默认：最新的一个。',
      { label: both('Versions', '版本') },
    ),
    whole('num_versions', 'The newest so many. Default 1.', '最新的若干个。默认 1。', {
      label: both('How many', '个数'),
      minimum: 1,
      isShown: policyIs('latest'),
    }),
    wholes('versions', 'Numbers of version folders.', '版本目录的编号。', {
      label: both('Which', '版本号'),
      minimum: 1,
      isShown: policyIs('specific'),
    }),
  ],
};
