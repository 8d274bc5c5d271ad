import type { ManualWorks } from '../actions/manual/create-manual-works';
import type { HostDirectory } from '../hosts/host-directory';
import { workOrder } from '../reports/work-order';
import { engine, translateErrors } from './errors';

export function manualProcedures(works: ManualWorks, hosts: Pick<HostDirectory, 'everyHost'>, nowMs: () => number) {
  const procedures = engine.manual;
  return {
    procedures: procedures.procedures.use(translateErrors).handler(() => [...works.procedures()]),
    targets: procedures.targets
      .use(translateErrors)
      .handler(({ input }) => works.targets(input.procedureId, input.hostId)),
    plan: procedures.plan.use(translateErrors).handler(({ input, signal }) => works.plan(input, { signal })),
    start: procedures.start.use(translateErrors).handler(({ input }) => works.start(input)),
    list: procedures.list.use(translateErrors).handler(() => works.list()),
    get: procedures.get.use(translateErrors).handler(({ input }) => works.get(input.workId)),
    setStep: procedures.setStep.use(translateErrors).handler(({ input }) => works.setStep(input)),
    setSerial: procedures.setSerial.use(translateErrors).handler(({ input }) => works.setSerial(input)),
    addPhoto: procedures.addPhoto.use(translateErrors).handler(({ input }) => works.addPhoto(input)),
    removePhoto: procedures.removePhoto.use(translateErrors).handler(({ input }) => works.removePhoto(input)),
    photo: procedures.photo.use(translateErrors).handler(({ input }) => works.photo(input.workId, input.photoId)),
    verify: procedures.verify.use(translateErrors).handler(({ input, signal }) => works.verify(input, { signal })),
    abort: procedures.abort.use(translateErrors).handler(({ input }) => works.abort(input)),
    workOrder: procedures.workOrder.use(translateErrors).handler(({ input }) => {
      const work = works.get(input.workId);
      const hostName = hosts.everyHost().find(({ id }) => id === work.hostId)?.name ?? work.hostId;
      return workOrder({ work, hostName, language: input.language, madeAtMs: nowMs() });
    }),
    watch: procedures.watch.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* works.watch(input.workId, { signal });
    }),
  };
}
