import { choice, flag, group, list, text, texts, whole, wholes } from '../../field-makers';
import type { Generator } from '../../generator';
import { both, textOf } from '../../values';
import { backendIs, isModel } from './conditions';

type Section = Generator['sections'][number];
export const instances: Section = {
  title: both('Instances', '实例'),
  fields: [
    list(
      'instance_group',
      both('Group', '组'),
      'Copies of the model that work at the same time. Default: one on each GPU. Each costs memory.',
      '同时工作的模型副本。默认每个 GPU 一个。每个都占显存。',
      [
        choice(
          'kind',
          ['KIND_AUTO', 'KIND_GPU', 'KIND_CPU', 'KIND_MODEL'],
          'KIND_MODEL: the backend decides itself (vLLM, TensorRT-LLM).',
          'KIND_MODEL：由后端自行决定（vLLM、TensorRT-LLM）。',
          { label: both('Where', '位置') },
        ),
        whole('count', 'On each GPU that is listed. Default 1.', '每个所列 GPU 上的副本数。默认 1。', {
          label: both('Copies', '副本数'),
          minimum: 1,
        }),
        wholes('gpus', 'Indexes as Triton sees them. Empty: all of them.', 'Triton 所见的编号。留空：全部。', {
          label: both('GPUs', 'GPU'),
          minimum: 0,
          isShown: (around) => !['KIND_CPU', 'KIND_MODEL'].includes(textOf(around, 'kind') ?? ''),
        }),
        texts(
          'profile',
          'Indexes of optimization profiles of the engine. Default: the first.',
          '引擎的优化 profile 编号。默认第一个。',
          { label: both('TensorRT profiles', 'TensorRT profile'), isShown: backendIs('tensorrt') },
        ),
        flag('passive', 'Loaded, but given no requests. Default false.', '加载但不接收请求。默认 false。', {
          label: both('Passive', '被动'),
        }),
        text(
          'name',
          'In logs and metrics. Default: that of the model with a number.',
          '用于日志和指标。默认为模型名加编号。',
          { label: both('Name', '名称') },
        ),
        group(
          'rate_limiter',
          'An instance runs once it holds these resources. Does nothing unless the server has --rate-limit=execution_count.',
          '实例取得这些资源后才执行。仅当服务器使用 --rate-limit=execution_count 时有效。',
          [
            list(
              'resources',
              both('Resource', '资源'),
              'Taken for each run of the model.',
              '每次执行占用的资源。',
              [
                text('name', 'Any; the same for all who share it.', '任意；共享者使用相同名称。', {
                  label: both('Name', '名称'),
                  isRequired: true,
                  placeholder: 'R1',
                }),
                flag('global', 'Default false: each GPU has its own.', '默认 false：每个 GPU 各有一份。', {
                  label: both('Of the whole server', '全局'),
                }),
                whole('count', 'For one run.', '一次执行所需。', { label: both('How many', '数量'), minimum: 0 }),
              ],
              { label: both('Resources', '资源') },
            ),
            whole(
              'priority',
              'An instance of priority 2 gets half as many turns as one of 1.',
              '优先级 2 的实例获得的机会是 1 的一半。',
              { label: both('Priority', '优先级'), minimum: 0 },
            ),
          ],
          { label: both('Rate limiter', '速率限制') },
        ),
        list(
          'secondary_devices',
          both('Device', '设备'),
          'Other processors that the copies use beside the GPU (DLA).',
          '副本在 GPU 之外使用的处理器（DLA）。',
          [
            choice('kind', ['KIND_NVDLA'], 'NVIDIA’s deep learning accelerator.', 'NVIDIA 深度学习加速器。', {
              label: both('Kind', '类型'),
              isRequired: true,
            }),
            whole('device_id', 'Which one, from 0.', '编号，从 0 起。', { label: both('Number', '编号'), minimum: 0 }),
          ],
          { label: both('Other devices', '其他设备'), isShown: backendIs('tensorrt') },
        ),
        text(
          'host_policy',
          'Name of a --host-policy of the server, which binds to a NUMA node.',
          '服务器 --host-policy 的名称，用于绑定 NUMA 节点。',
          { label: both('Host policy', '主机策略'), placeholder: 'gpu_0' },
        ),
      ],
      { label: both('Instance groups', '实例组'), isShown: isModel },
    ),
  ],
};
