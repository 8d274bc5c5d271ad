import type { DemoFleet } from '../demo/demo-fleet';
import { engine, translateErrors } from './errors';

export function simProcedures(demo: DemoFleet) {
  const { sim } = engine;
  return {
    status: sim.status.use(translateErrors).handler(() => demo.status()),
    start: sim.start.use(translateErrors).handler(async ({ input }) => ({ nodes: await demo.start(input.nodes) })),
    inject: sim.inject.use(translateErrors).handler(({ input }) => demo.inject(input.node, input.fault, input.options)),
    targets: sim.targets.use(translateErrors).handler(({ input }) => demo.targets(input.node, input.fault)),
    clear: sim.clear.use(translateErrors).handler(({ input }) => demo.clear(input.node, input.fault)),
    stop: sim.stop.use(translateErrors).handler(async () => {
      await demo.stop();
      return {};
    }),
  };
}
