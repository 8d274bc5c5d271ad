import type { Path } from '../../knowledge/yaml-source';
import type { Expression } from '../language/expression';
import type { FindingDefinition } from '../language/tree-schema';
import type { Compilation } from './compilation';
import type { CompiledFinding } from './compiled-tree';

export function compileFinding(compilation: Compilation, finding: FindingDefinition, path: Path): CompiledFinding {
  return {
    definition: finding,
    title: compilation.template(finding.title, [...path, 'title']),
    explanation: compilation.template(finding.explanation, [...path, 'explanation']),
    advice: (finding.advice ?? []).map((advice, index) => {
      const at = [...path, 'advice', index];
      const { each, space } = compilation.each(advice.each, at);
      const when = compilation.expression(advice.when, [...at, 'when'], 'bool', space);
      return { when, each, text: compilation.template(advice.text, [...at, 'text'], space) };
    }),
    subjects: compilation.expression(finding.subjects, [...path, 'subjects'], 'list<string>'),
    since: compilation.expression(finding.since, [...path, 'since'], 'double'),
    evidence: (finding.evidence ?? []).flatMap(
      (expression, index) => compilation.expression(expression, [...path, 'evidence', index], null) ?? [],
    ),
    cautions: (finding.cautions ?? []).map((text, index) => compilation.template(text, [...path, 'cautions', index])),
    actions: (finding.actions ?? []).map((action, index) => {
      const at = [...path, 'actions', index];
      compilation.checkAction(action.action, [...at, 'action']);
      const { each, space } = compilation.each(action.each, at);
      const parameters: Record<string, Expression> = {};
      for (const [name, expression] of Object.entries(action.parameters)) {
        const compiled = compilation.expression(expression, [...at, 'parameters', name], null, space);
        if (compiled !== null) parameters[name] = compiled;
      }
      return {
        actionId: action.action,
        when: compilation.expression(action.when, [...at, 'when'], 'bool', space),
        each,
        parameters,
        why: action.why === undefined ? null : compilation.template(action.why, [...at, 'why'], space),
      };
    }),
  };
}
