import { siteScopeSchema } from '#shared/domain/site';
import { shippedFiles } from '../../knowledge/shipped-files';
import { YamlSource } from '../../knowledge/yaml-source';
import { ExpressionSpace } from '../../trees/language/expression';
import { treeFunctions } from '../../trees/language/functions/all';
import type { Action } from '../action';
import { KnowledgeError } from '../knowledge';
import { type CompiledFix, compileFix } from './compile-fix';
import { declaredAction } from './declared-action';
import { type FixDefinition, fixSchema } from './fix-schema';

let space: ExpressionSpace | undefined;

/** What expressions of a fix may call: what those of trees may. `site`: addresses, proxy and authority of the site. */
export function expressionSpace(): ExpressionSpace {
  if (space === undefined) {
    space = ExpressionSpace.create(treeFunctions);
    space.declareSchema('site', siteScopeSchema);
  }
  return space;
}

/** Compiles a fix that comes with Gantry. Throws KnowledgeError with the line of each problem. */
export function compileFixText(file: string, text: string): CompiledFix {
  const { fix, problems } = compileFix(file, text, expressionSpace());
  if (fix === null)
    throw new KnowledgeError(problems.map((one) => `${one.file}:${one.line ?? 1}: ${one.message}`).join('\n'));
  return fix;
}

function definitionOf(file: string, text: string): FixDefinition {
  const { value, problems } = new YamlSource(file, text).parse(fixSchema);
  if (value === null)
    throw new KnowledgeError(problems.map((one) => `${one.file}:${one.line ?? 1}: ${one.message}`).join('\n'));
  return value;
}

/** Rows of the fix register, and steps of setup. */
export const declaredFolders = ['fixes', 'setup'] as const;

/** Every declared action. A new one is a file in one of these folders; nothing is read of it before it is needed. */
export const declaredActions: readonly Action[] = declaredFolders.flatMap(shippedFiles).map((shipped) => {
  const { file } = shipped;
  let definition: FixDefinition | undefined;
  let compiled: CompiledFix | undefined;
  return declaredAction(
    file.slice(0, -'.yaml'.length),
    () => {
      definition ??= compiled?.definition ?? definitionOf(file, shipped.text);
      return definition;
    },
    () => {
      compiled ??= compileFixText(file, shipped.text);
      return compiled;
    },
  );
});
