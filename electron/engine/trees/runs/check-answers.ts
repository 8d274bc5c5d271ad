import type { Answers } from '#shared/domain/diagnosis';
import { InvalidError } from '../../errors';
import { type CompiledStep, type CompiledTree, isKind } from '../compile/compiled-tree';
import { findStep, type TreeSet } from '../compile/tree-set';
import type { FieldDefinition } from '../language/tree-schema';
import { choicesOf } from '../walk/make-question';

const maxTextLength = 200_000;

/** Takes the answers of the ask-step that a walk calls so. Throws InvalidError. */
export function checkAnswersOf(
  { set, tree, stepId }: { set: TreeSet; tree: CompiledTree; stepId: string },
  answers: Answers,
): Answers {
  const step = findStep(set, tree, stepId);
  if (step === undefined || !isKind(step, 'ask')) throw new InvalidError('diagnosis.notWaitingThere', { stepId });
  return checkAnswers(step, answers);
}

/**
 * Takes the answers of an ask-step: unknown fields are dropped, values must fit their field. Null or nothing is "I don't
 * know". Throws InvalidError.
 */
function checkAnswers(step: Extract<CompiledStep, { definition: { kind: 'ask' } }>, answers: Answers): Answers {
  const isUnknown = step.fields.every(({ definition }) => isEmpty(answers[definition.name]));
  return Object.fromEntries(
    step.fields.map(({ definition }) => {
      const value = answers[definition.name] ?? null;
      if (isEmpty(value)) {
        if (definition.required === true && !isUnknown && value !== null) {
          throw new InvalidError('diagnosis.missingAnswer', { field: definition.name });
        }
        return [definition.name, null];
      }
      return [definition.name, fitted(definition, value)];
    }),
  );
}

function isEmpty(value: Answers[string] | undefined): boolean {
  return value === undefined || value === null || value === '';
}

function fitted(field: FieldDefinition, value: Answers[string]): Answers[string] {
  const refuse = (detail: string): never => {
    throw new InvalidError('diagnosis.badAnswer', { field: field.name, detail });
  };
  switch (field.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse('true | false');
    case 'integer':
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return refuse('0-9');
      if (field.kind === 'integer' && !Number.isInteger(value)) return refuse('0, 1, 2 …');
      if (field.minimum !== undefined && value < field.minimum) return refuse(`>= ${field.minimum}`);
      if (field.maximum !== undefined && value > field.maximum) return refuse(`<= ${field.maximum}`);
      return value;
    }
    case 'choice': {
      const choices = choicesOf(field).map((choice) => choice.value);
      return typeof value === 'string' && choices.includes(value) ? value : refuse(choices.slice(0, 8).join(', '));
    }
    case 'text':
    case 'multiline':
      if (typeof value !== 'string') return refuse('text');
      return value.length > maxTextLength ? refuse(`<= ${maxTextLength}`) : value;
  }
}
