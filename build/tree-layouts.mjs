import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Elk from 'elkjs/lib/elk.bundled.js';
import { load } from './bench/load.mjs';

/**
 * Lays out the built-in trees, which takes a window longer than anyone should wait for a drawing: a file each.
 * @param {string} outDir
 */
export async function writeTreeLayouts(outDir) {
  /** @type {typeof import('./tree-graphs')} */
  const { builtInGraphs, layoutGraph, layoutKey } = await load('build/tree-graphs.ts');
  await mkdir(outDir, { recursive: true });
  const elk = new Elk();
  for (const [id, graph] of builtInGraphs()) {
    /** @type {import('../shared/domain/tree-layout').ShippedLayout} */
    const shipped = { key: layoutKey(graph), layout: await layoutGraph(graph, elk) };
    await writeFile(path.join(outDir, `${id}.json`), JSON.stringify(shipped));
  }
}
