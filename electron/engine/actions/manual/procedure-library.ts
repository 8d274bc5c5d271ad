import type { ManualProcedure } from '#shared/domain/manual/manual-work';
import { NotFoundError } from '../../errors';
import { shippedFiles } from '../../knowledge/shipped-files';
import { YamlSource } from '../../knowledge/yaml-source';
import { ExpressionSpace } from '../../trees/language/expression';
import { treeFunctions } from '../../trees/language/functions/all';
import { KnowledgeError } from '../knowledge';
import { type CompiledProcedure, compileProcedure, procedureOf } from './compile-procedure';
import { commonStepsSchema } from './manual-schema';

export interface ProcedureLibrary {
  list(): readonly ManualProcedure[];
  /** Throws NotFoundError. */
  get(procedureId: string): { readonly procedure: ManualProcedure; readonly compiled: CompiledProcedure };
}

/** The procedures of `shared/knowledge/manual`, read when they are first wanted. Throws KnowledgeError with the line of each problem. */
export function createProcedureLibrary(): ProcedureLibrary {
  let loaded: Map<string, { procedure: ManualProcedure; compiled: CompiledProcedure }> | undefined;
  const load = () => {
    loaded ??= new Map(readProcedures().map((one) => [one.procedure.id, one]));
    return loaded;
  };
  return {
    list: () => [...load().values()].map(({ procedure }) => procedure),
    get(procedureId) {
      const found = load().get(procedureId);
      if (!found) throw new NotFoundError('manual procedure', procedureId);
      return found;
    },
  };
}

function readProcedures(): { procedure: ManualProcedure; compiled: CompiledProcedure }[] {
  const space = ExpressionSpace.create(treeFunctions);
  const common = commonSteps();
  return shippedFiles('manual').map(({ file, text }) => {
    const { procedure: compiled, problems } = compileProcedure(file, text, space);
    if (compiled === null) throw knowledgeError(problems);
    return { procedure: procedureOf(compiled.definition, common), compiled };
  });
}

function commonSteps() {
  const [file] = shippedFiles('manual/common');
  if (!file) throw new KnowledgeError('there are no common steps');
  const { value, problems } = new YamlSource(file.file, file.text).parse(commonStepsSchema);
  if (value === null) throw knowledgeError(problems);
  return value;
}

function knowledgeError(problems: readonly { file: string; line: number | null; message: string }[]): KnowledgeError {
  return new KnowledgeError(problems.map(({ file, line, message }) => `${file}:${line ?? 1}: ${message}`).join('\n'));
}
