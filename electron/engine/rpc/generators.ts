import { type CompareDeps, compareFile } from '../actions/generated-file/compare-file';
import { engine, translateErrors } from './errors';

/** The `generators` area of the contract. */
export function generatorProcedures(deps: CompareDeps) {
  const area = engine.generators;
  return {
    diff: area.diff.use(translateErrors).handler(({ input, signal }) => compareFile(deps, input, { signal })),
  };
}
