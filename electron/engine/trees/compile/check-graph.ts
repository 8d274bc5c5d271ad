import { says, type Told } from '../../knowledge/problem-words';
import type { Path } from '../../knowledge/yaml-source';
import type { StepDefinition, TreeDefinition } from '../language/tree-schema';
import { edgesOf } from './compiled-tree';

/** Reports what is wrong with the shape of a tree: targets that are not there, loops, steps nobody gets to. */
export function checkGraph({ start, steps }: TreeDefinition, report: (path: Path, what: Told) => void): void {
  if (steps[start] === undefined) report(['start'], says('noStep', { step: start }));

  for (const [id, step] of Object.entries(steps)) {
    const seen = new Set<string>();
    for (const edge of edgesOf(step)) {
      const path = ['steps', id, ...edge.path];
      if (steps[edge.to] === undefined) report(path, says('noStep', { step: edge.to }));
      if (seen.has(edge.id)) report(path, says('twiceBranch', { id: edge.id }));
      seen.add(edge.id);
      const target = steps[edge.to];
      if (target?.kind === 'finding' && target.finding.state === 'healthy') {
        if (edge.id === 'unknown') report(path, says('unknownHealthy', { step: edge.to }));
        if (edge.id === 'unattended') report(path, says('unattendedHealthy', { step: edge.to }));
      }
    }
  }

  const state = new Map<string, 'open' | 'done'>();
  const walk = (id: string): void => {
    const step = steps[id];
    if (step === undefined || state.get(id) === 'done') return;
    state.set(id, 'open');
    for (const edge of edgesOf(step)) {
      // A walk on the same facts would come back here the same way, for ever.
      if (state.get(edge.to) === 'open') report(['steps', id, ...edge.path], says('loop', { to: edge.to }));
      else walk(edge.to);
    }
    state.set(id, 'done');
  };
  walk(start);
  // What hangs under an unreachable step is found again once that one is put right.
  const unreachable = Object.keys(steps).filter((id) => !state.has(id));
  const led = new Set(unreachable.flatMap((id) => edgesOf(steps[id] as StepDefinition).map(({ to }) => to)));
  const roots = unreachable.filter((id) => !led.has(id));
  for (const id of roots.length > 0 ? roots : unreachable) {
    report(['steps', id], says('unreachable', { step: id }));
  }
}
