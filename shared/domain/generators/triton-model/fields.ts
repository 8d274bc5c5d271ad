import type { Generator, GeneratorField } from '../generator';
import { both } from '../values';
import { batching } from './fields/batching';
import { ensemble } from './fields/ensemble';
import { instances } from './fields/instances';
import { model } from './fields/model';
import { optimization } from './fields/optimization';
import { warmUp } from './fields/warm-up';

/** What of an existing file has no field; shown in a row only where there is something. */
const otherField: GeneratorField = {
  name: 'other',
  kind: 'multiline',
  placeholder: 'model_metrics { }',
  label: both('Other settings', '其他设置'),
  help: both('Written into this place as it is: what has no field.', '原样写入此处：没有字段的设置。'),
};

function withOthers(fields: readonly GeneratorField[]): GeneratorField[] {
  return fields.map((field) =>
    field.kind === 'group' || field.kind === 'list'
      ? { ...field, fields: [...withOthers(field.fields), { ...otherField, isShown: () => false }] }
      : field,
  );
}

/** Source: triton-inference-server/common protobuf/model_config.proto; server docs/user_guide/model_configuration.md, batcher.md. */
export const sections: Generator['sections'] = [
  ...[model, instances, batching, ensemble, optimization, warmUp].map((section) => ({
    ...section,
    fields: withOthers(section.fields),
  })),
  { title: both('Other', '其他'), fields: [otherField] },
];
