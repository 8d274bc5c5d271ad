import type { ManyNodes } from '../strands/create-strands';
import { engine, translateErrors } from './errors';

export function strandsProcedures(many: ManyNodes) {
  const { strands } = engine;
  return {
    start: strands.start.use(translateErrors).handler(({ input }) => many.start(input)),
    get: strands.get.use(translateErrors).handler(({ input }) => many.get(input.strandsId)),
    list: strands.list.use(translateErrors).handler(() => many.list()),
    answer: strands.answer
      .use(translateErrors)
      .handler(({ input }) => many.answer(input.strandsId, input.stepId, input.answers, input.hostIds)),
    cancel: strands.cancel.use(translateErrors).handler(({ input }) => many.cancel(input.strandsId)),
    watch: strands.watch.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* many.watch(input.strandsId, signal);
    }),
  };
}
