import type { Scans } from '../scans/create-scans';
import { engine, translateErrors } from './errors';

export function scanProcedures(scans: Scans) {
  const { scan } = engine;
  return {
    start: scan.start.use(translateErrors).handler(({ input }) => scans.start(input.hostIds)),
    get: scan.get.use(translateErrors).handler(({ input }) => scans.get(input.scanId)),
    list: scan.list.use(translateErrors).handler(() => scans.list()),
    watch: scan.watch.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* scans.watch(input.scanId, signal);
    }),
    cancel: scan.cancel.use(translateErrors).handler(({ input }) => scans.cancel(input.scanId)),
  };
}
