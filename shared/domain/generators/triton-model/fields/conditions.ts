import type { Values } from '../../generator';
import { groupOf, numberOf, textOf } from '../../values';

export const backendIs =
  (...names: string[]) =>
  (_: Values, form: Values) =>
    names.includes(textOf(form, 'backend') ?? '');
const isEnsemble = backendIs('ensemble');
export const isModel = (around: Values, form: Values) => !isEnsemble(around, form);

export function isEnsembleForm(form: Values): boolean {
  return isEnsemble({}, form);
}

export function levelsOf(form: Values): number {
  return numberOf(groupOf(form, 'dynamic_batching'), 'priority_levels') ?? 0;
}
