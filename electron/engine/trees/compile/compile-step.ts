import { says } from '../../knowledge/problem-words';
import type { Path } from '../../knowledge/yaml-source';
import { visit } from '../language/expression';
import { hasPlaceholder } from '../language/template';
import type { ConditionDefinition, FieldDefinition, StepDefinition, TextDefinition } from '../language/tree-schema';
import type { Compilation } from './compilation';
import { compileFinding } from './compile-finding';
import type { CompiledCondition, CompiledField, CompiledStep } from './compiled-tree';

export function compileStep(compilation: Compilation, id: string, step: StepDefinition): CompiledStep {
  const path: Path = ['steps', id];
  compilation.plainText(step.title, [...path, 'title']);
  if ('explanation' in step) compilation.plainText(step.explanation, [...path, 'explanation']);
  for (const key of ['next', 'otherwise', 'unknown'] as const) {
    const edge = (step as Partial<Record<typeof key, { label?: TextDefinition }>>)[key];
    compilation.plainText(edge?.label, [...path, key, 'label']);
  }
  switch (step.kind) {
    case 'probe':
      compilation.checkProbes(step, path);
      return { id, definition: step };
    case 'goto':
      return { id, definition: step };
    case 'branch':
      return { id, definition: step, branches: conditions(compilation, step.branches, path) };
    case 'ask':
      return {
        id,
        definition: step,
        prompt: compilation.template(step.prompt, [...path, 'prompt']),
        fields: step.fields.map((one, index) => field(compilation, one, [...path, 'fields', index])),
        branches: conditions(compilation, step.branches ?? [], path),
      };
    case 'finding': {
      const at = [...path, 'finding'];
      if (step.title === undefined && hasPlaceholder(step.finding.title)) {
        compilation.report([...at, 'title'], says('plainTitle'));
      }
      return { id, definition: step, finding: compileFinding(compilation, step.finding, at) };
    }
  }
}

function conditions(compilation: Compilation, branches: readonly ConditionDefinition[], path: Path) {
  const seen = new Map<string, string>();
  return branches.flatMap((branch, index): CompiledCondition[] => {
    const at = [...path, 'branches', index];
    compilation.plainText(branch.label, [...at, 'label']);
    const when = compilation.expression(branch.when, [...at, 'when'], 'bool');
    const because = branch.because === undefined ? null : compilation.template(branch.because, [...at, 'because']);
    const limits = (branch.limits ?? []).flatMap(
      (limit, number) => compilation.expression(limit, [...at, 'limits', number], null) ?? [],
    );
    const twin = seen.get(branch.when.trim());
    if (twin !== undefined) compilation.report([...at, 'when'], says('deadTwin', { twin }));
    seen.set(branch.when.trim(), branch.id);
    if (when === null) return [];
    let readsAnything = false;
    visit(when.ast, (node) => {
      if (node.op === 'id') readsAnything = true;
    });
    if (!readsAnything) compilation.report([...at, 'when'], says('deadConstant'));
    return [{ id: branch.id, to: branch.to, label: branch.label, when, because, limits }];
  });
}

function field(compilation: Compilation, definition: FieldDefinition, path: Path): CompiledField {
  const { kind, label, help, choices = [], choicesFrom } = definition;
  compilation.plainText(label, [...path, 'label']);
  compilation.plainText(help, [...path, 'help']);
  for (const [index, choice] of choices.entries()) compilation.plainText(choice.label, [...path, 'choices', index]);
  const hasChoices = choicesFrom !== undefined || choices.length > 0;
  if ((kind === 'choice') !== hasChoices) {
    compilation.report(path, says(kind === 'choice' ? 'choices' : 'noChoices'));
  }
  return {
    definition,
    initialFrom: compilation.expression(definition.initialFrom, [...path, 'initialFrom'], null),
    when: compilation.expression(definition.when, [...path, 'when'], 'bool'),
  };
}
