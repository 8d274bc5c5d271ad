import type { OwnTrees } from '../trees/create-own-trees';
import { engine, translateErrors } from './errors';

export function ownTreeProcedures(own: OwnTrees) {
  const router = engine.ownTrees;
  return {
    watch: router.watch.use(translateErrors).handler(async function* ({ signal }) {
      yield* own.watch(signal);
    }),
    folder: router.folder.use(translateErrors).handler(() => own.folder()),
    read: router.read.use(translateErrors).handler(({ input }) => own.read(input.name)),
    save: router.save.use(translateErrors).handler(({ input }) => own.save(input, input.version)),
    examine: router.examine.use(translateErrors).handler(({ input }) => own.examine(input, input.cases)),
    tryOn: router.tryOn.use(translateErrors).handler(({ input }) => own.tryOn(input)),
    source: router.source.use(translateErrors).handler(({ input }) => own.source(input.treeId, input.newId)),
    schema: router.schema.use(translateErrors).handler(({ input }) => own.schema(input.of)),
    vocabulary: router.vocabulary.use(translateErrors).handler(() => own.vocabulary()),
    planImport: router.planImport.use(translateErrors).handler(({ input }) => own.planImport(input.files)),
    import: router.import.use(translateErrors).handler(({ input }) => own.import(input.files, input.chosen)),
  };
}
