import { choice, list, text, whole, wholes } from '../../field-makers';
import type { Generator } from '../../generator';
import { both, textOf } from '../../values';
import { isModel } from './conditions';
import { dataTypes } from './model';

type Section = Generator['sections'][number];
export const warmUp: Section = {
  title: both('Warm-up', '预热'),
  fields: [
    list(
      'model_warmup',
      both('Request', '请求'),
      'Run before the model is ready, so that the first client need not wait. The server starts later.',
      '模型就绪前先执行，避免首个客户端等待；服务启动会变慢。',
      [
        text('name', 'For logs.', '用于日志。', {
          label: both('Name', '名称'),
          isRequired: true,
          placeholder: 'zeros',
        }),
        whole('batch_size', '0 where there is no batch dimension.', '没有批量维时为 0。', {
          label: both('Batch', '批量'),
          minimum: 0,
        }),
        whole('count', 'Default 1.', '默认 1。', { label: both('Times', '次数'), minimum: 0 }),
        list(
          'inputs',
          both('Input', '输入'),
          'All that the model needs.',
          '模型所需的全部输入。',
          [
            text('name', 'Of the input.', '输入的名称。', { label: both('Name', '名称'), isRequired: true }),
            choice('data_type', dataTypes, 'That of the input.', '与该输入相同。', {
              label: both('Data type', '数据类型'),
              isRequired: true,
            }),
            wholes('dims', 'Without the batch and without -1.', '不含批量维，不含 -1。', {
              label: both('Shape', '形状'),
              minimum: 1,
              isRequired: true,
            }),
            choice(
              'data',
              ['zero_data', 'random_data', 'input_data_file'],
              'Default: zeros. random_data not for TYPE_STRING.',
              '默认全零。random_data 不适用于 TYPE_STRING。',
              { label: both('Filled with', '内容') },
            ),
            text('file', 'Raw bytes, in the folder warmup of the model.', '原始字节，位于模型的 warmup 目录。', {
              label: both('File', '文件'),
              isShown: (around) => textOf(around, 'data') === 'input_data_file',
            }),
          ],
          { label: both('Inputs', '输入'), isRequired: true },
        ),
      ],
      { label: both('Requests', '请求'), isShown: isModel },
    ),
  ],
};
