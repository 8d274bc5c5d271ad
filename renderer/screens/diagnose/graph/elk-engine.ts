import Elk, { type ELK } from 'elkjs/lib/elk-api';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { type GraphLayout, layoutGraph } from './graph-layout';
import type { GraphModel } from './graph-model';

/** Starting it takes longer than most drawings: it is kept for the next one, and let go when none comes. */
const keptForMs = 60_000;
let kept: { elk: ELK; inUse: number; timer: number | undefined } | null = null;

/** Lays a tree out in a worker of its own, so that the window stays responsive meanwhile. */
export async function layoutInWorker(model: GraphModel): Promise<GraphLayout> {
  const own = kept ?? { elk: new Elk({ workerFactory: () => new Worker(workerUrl) }), inUse: 0, timer: undefined };
  kept = own;
  window.clearTimeout(own.timer);
  own.inUse += 1;
  try {
    return await layoutGraph(model, own.elk);
  } catch (error) {
    // Whatever is wrong with this one, the next drawing starts with another.
    if (kept === own) kept = null;
    own.elk.terminateWorker();
    throw error;
  } finally {
    own.inUse -= 1;
    if (kept === own && own.inUse === 0) {
      own.timer = window.setTimeout(() => {
        if (kept === own) kept = null;
        own.elk.terminateWorker();
      }, keptForMs);
    }
  }
}
