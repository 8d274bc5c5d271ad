import { declaredActions } from '../actions/declared/fix-library';
import type { OwnFixes } from '../actions/declared/own-fixes';
import { engine, translateErrors } from './errors';

/** The `fixes` area of the contract. */
export function fixProcedures(own: OwnFixes) {
  const area = engine.fixes;
  return {
    list: area.list.use(translateErrors).handler(() => {
      const { fixes, problems } = own.load();
      const builtIn = declaredActions.map(({ id, knowledge: { title, risk } }) => ({ id, title, risk }));
      const users = [...fixes.values()].map(({ file, action: { id, knowledge } }) => ({
        ...{ id, title: knowledge.title, risk: knowledge.risk },
        ownFile: file,
      }));
      return { fixes: [...builtIn, ...users], problems: [...problems] };
    }),
    source: area.source.use(translateErrors).handler(({ input }) => own.source(input.fixId)),
    schema: area.schema.use(translateErrors).handler(({ input }) => own.schema(input.of)),
    check: area.check.use(translateErrors).handler(({ input: { file, text } }) => [...own.check(file, text)]),
    test: area.test.use(translateErrors).handler(({ input: { file, text, fix } }) => {
      const { cases, problems } = own.test(file, text, fix);
      return { cases: cases.map((one) => ({ ...one, problems: [...one.problems] })), problems: [...problems] };
    }),
  };
}
