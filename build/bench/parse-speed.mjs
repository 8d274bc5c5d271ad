import { load } from './load.mjs';

/**
 * How many `nvidia-smi -q -x` documents of an 8-GPU node one core parses in a second.
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureParsing() {
  /** @type {typeof import('../../electron/sim/index')} */
  const { dgxH100, NodeModel, renderTool } = await load('electron/sim/index.ts');
  /** @type {typeof import('../../electron/engine/probes/parse-recorded')} */
  const { parseRecorded } = await load('electron/engine/probes/parse-recorded.ts');
  const model = new NodeModel({ profile: dgxH100, name: 'dgx01', seed: 1, now: Date.now });
  const { stdout } = renderTool(model, ['nvidia-smi', '-q', '-x']);
  const text = typeof stdout === 'string' ? stdout : new TextDecoder().decode(stdout);
  const first = parseRecorded('gpu', text, {});
  if (first.state !== 'ok') throw new Error(`the document was not understood: ${first.state}`);
  let documents = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < 3000) {
    parseRecorded('gpu', text, {});
    documents += 1;
  }
  const perSecond = documents / ((performance.now() - startedAt) / 1000);
  return [
    {
      name: `nvidia-smi -q -x, 8 GPUs, ${(text.length / 1024).toFixed(0)} KiB`,
      ours: `${perSecond.toFixed(0)} documents/s`,
      theirs: '50 documents/s',
      ratio: perSecond / 50,
      limit: '>= 1',
      isMet: perSecond >= 50,
    },
  ];
}
