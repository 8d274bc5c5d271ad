import { list, text, whole } from '../../field-makers';
import type { Generator, GeneratorField } from '../../generator';
import { both } from '../../values';
import { isEnsembleForm } from './conditions';

type Section = Generator['sections'][number];
const map = (name: string, en: string, zh: string): GeneratorField =>
  list(
    name,
    both('Tensor', '张量'),
    'Which tensor of the ensemble stands for which of the model.',
    '集成中的张量与模型张量的对应关系。',
    [
      text('model', 'Its name in the model’s own file.', '在模型自身配置中的名称。', {
        label: both('Of the model', '模型张量'),
        isRequired: true,
      }),
      text(
        'ensemble',
        'An input or output of the ensemble, or any name between two steps.',
        '集成的输入或输出，或两步之间的任意名称。',
        { label: both('Of the ensemble', '集成张量'), isRequired: true },
      ),
    ],
    { label: both(en, zh), isRequired: true },
  );

export const ensemble: Section = {
  title: both('Ensemble', '集成'),
  fields: [
    list(
      'step',
      both('Step', '步骤'),
      'The models of the chain; the order follows from the tensors.',
      '链中的模型；顺序由张量决定。',
      [
        text('model_name', 'Its name in the repository.', '在模型仓库中的名称。', {
          label: both('Model', '模型'),
          isRequired: true,
        }),
        whole('model_version', '-1, the default: the latest.', '默认 -1：最新版本。', {
          label: both('Version', '版本'),
          minimum: -1,
        }),
        whole(
          'memberMaxBatchSize',
          'max_batch_size of that model, only to check the ensemble’s; not written.',
          '该模型的 max_batch_size，仅用于检查，不写入文件。',
          { label: both('Its largest batch', '该模型最大批量'), minimum: 0 },
        ),
        map('input_map', 'Inputs', '输入'),
        map('output_map', 'Outputs', '输出'),
      ],
      { label: both('Steps', '步骤'), isShown: (_, form) => isEnsembleForm(form) },
    ),
  ],
};
