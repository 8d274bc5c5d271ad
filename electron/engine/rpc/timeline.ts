import type { Timeline } from '../timeline/create-timeline';
import { engine, translateErrors } from './errors';

/** The `timeline` area of the contract. */
export function timelineProcedures(timeline: Timeline) {
  return {
    annotations: engine.timeline.annotations.use(translateErrors).handler(({ input }) => timeline.annotations(input)),
  };
}
