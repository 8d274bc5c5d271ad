import type { TreeGraph } from '#shared/domain/diagnosis';
import type { LocalizedText } from '#shared/domain/text';
import { withoutFoldSpaces } from '../language/template';
import type { FieldDefinition, StepDefinition, TextDefinition } from '../language/tree-schema';
import { edgeWords } from '../language/words';
import { type CompiledTree, edgesOf } from './compiled-tree';

/** A tree as it is drawn and listed: steps, ways between them, and words, without anything to evaluate. */
export function treeGraph({ id, definition, isBuiltIn, probeIds }: CompiledTree): TreeGraph {
  return {
    id,
    title: plain(definition.title),
    symptoms: definition.symptoms.map(plain),
    introduction: definition.introduction === undefined ? null : plain(definition.introduction),
    probes: [...probeIds],
    sources: definition.sources ?? [],
    isBuiltIn,
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
