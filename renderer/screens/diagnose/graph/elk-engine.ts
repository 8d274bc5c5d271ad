import Elk from 'elkjs/lib/elk-api';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { type GraphLayout, layoutGraph } from './graph-layout';
import type { GraphModel } from './graph-model';

/** Lays a tree out in a worker of its own, so that the window stays responsive meanwhile. */
export async function layoutInWorker(model: GraphModel): Promise<GraphLayout> {
  const elk = new Elk({ workerFactory: () => new Worker(workerUrl) });
  try {
    return await layoutGraph(model, elk);
  } finally {
    elk.terminateWorker();
  }
}
