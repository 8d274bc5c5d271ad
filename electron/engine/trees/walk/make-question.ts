import type { DiagnosisRun, FormField } from '#shared/domain/diagnosis';
import { weightFormats } from '#shared/domain/model-sizing';
import { modelCatalogue } from '#shared/knowledge/catalogs/catalogues';
import type { CompiledField, CompiledStep } from '../compile/compiled-tree';
import { fromCel } from '../language/cel-values';
import type { Scope } from '../language/expression';
import type { FieldDefinition } from '../language/tree-schema';

/** The form of an ask-step: choices of catalogues filled in, initial values computed. */
export function makeQuestion(
  step: Extract<CompiledStep, { definition: { kind: 'ask' } }>,
  stepId: string,
  scope: Scope,
): NonNullable<DiagnosisRun['question']> {
  return {
    stepId,
    prompt: step.prompt.render(scope),
    fields: step.fields.filter((field) => isAsked(field, scope)).map((field) => makeField(field, scope)),
  };
}

/** A field is left out only when it is certain that nobody has to be asked. */
function isAsked({ when }: CompiledField, scope: Scope): boolean {
  const outcome = when?.evaluate(scope);
  return !outcome?.isKnown || outcome.value !== false;
}

function makeField({ definition, initialFrom }: CompiledField, scope: Scope): FormField {
  const computed = initialFrom?.evaluate(scope);
  const value = computed?.isKnown ? fromCel(computed.value) : (definition.initial ?? null);
  return {
    name: definition.name,
    label: definition.label,
    help: definition.help ?? null,
    kind: definition.kind,
    unit: definition.unit ?? null,
    isRequired: definition.required ?? false,
    minimum: definition.minimum ?? null,
    maximum: definition.maximum ?? null,
    choices: choicesOf(definition),
    initial: typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null,
  };
}

/** The choices of a field, with those of its catalogue first. */
export function choicesOf(field: FieldDefinition): FormField['choices'] {
  return [...catalogueChoices(field.choicesFrom), ...(field.choices ?? [])];
}

function catalogueChoices(from: FieldDefinition['choicesFrom']): FormField['choices'] {
  switch (from) {
    case undefined:
      return [];
    case 'models':
      return modelCatalogue().map(({ id, family, paramsComputed }) => {
        const label = `${id} (${family}, ${(paramsComputed / 1e9).toFixed(1)} B)`;
        return { value: id, label: { en: label, 'zh-CN': label } };
      });
    case 'weight-formats':
      return weightFormats.map(({ id, label, bitsPerWeight }) => {
        const text = `${label} (${Number(bitsPerWeight.toFixed(2))} bit)`;
        return { value: id, label: { en: text, 'zh-CN': text } };
      });
  }
}
