import type { TreeGraph } from '#shared/domain/diagnosis';
import type { LocalizedText } from '#shared/domain/text';
import { withoutFoldSpaces } from '../language/template';
import type { FieldDefinition, StepDefinition, TextDefinition, TreeDefinition } from '../language/tree-schema';
import { edgeWords } from '../language/words';
import { type CompiledTree, edgesOf, fetchedProbes } from './compiled-tree';

export type TreeSummary = Pick<
  TreeGraph,
  'id' | 'title' | 'symptoms' | 'introduction' | 'probes' | 'findingCodes' | 'isBuiltIn' | 'file'
>;

/** A tree as it is listed. */
export function treeSummary(definition: TreeDefinition, isBuiltIn: boolean, file?: string): TreeSummary {
  const { id, title, symptoms, introduction } = definition;
  return {
    id,
    title: plain(title),
    symptoms: symptoms.map(plain),
    introduction: introduction === undefined ? null : plain(introduction),
    probes: fetchedProbes(definition),
    findingCodes: Object.values(definition.steps).flatMap((step) =>
      step.kind === 'finding' ? [step.finding.code] : [],
    ),
    isBuiltIn,
    file,
  };
}

/** A tree as it is drawn: steps, ways between them, and words, without anything to evaluate. */
export function treeGraph({ definition, isBuiltIn }: Pick<CompiledTree, 'definition' | 'isBuiltIn'>): TreeGraph {
  return {
    ...treeSummary(definition, isBuiltIn),
    sources: definition.sources ?? [],
    start: definition.start,
    steps: Object.entries(definition.steps).map(([stepId, step]) => ({
      id: stepId,
      kind: step.kind,
      title: titleOf(step),
      explanation: 'explanation' in step && step.explanation !== undefined ? plain(step.explanation) : null,
      severity: step.kind === 'finding' ? step.finding.severity : null,
      fields: step.kind === 'ask' ? step.fields.map(fieldOf) : [],
      branches: edgesOf(step).map((edge) => ({
        id: edge.id,
        to: edge.to,
        label: edge.label === null ? edgeWords(step, edge.id) : plain(edge.label),
        condition: edge.when,
      })),
    })),
  };
}

function fieldOf({ name, label, unit, choices }: FieldDefinition): TreeGraph['steps'][number]['fields'][number] {
  return {
    name,
    label: plain(label),
    unit: unit ?? null,
    choices: (choices ?? []).map((choice) => ({ value: choice.value, label: plain(choice.label) })),
  };
}

function titleOf(step: StepDefinition): LocalizedText {
  return plain(step.kind === 'finding' ? (step.title ?? step.finding.title) : step.title);
}

function plain(text: TextDefinition): LocalizedText {
  return text['zh-CN'] === undefined ? { en: text.en } : { en: text.en, 'zh-CN': withoutFoldSpaces(text['zh-CN']) };
}
