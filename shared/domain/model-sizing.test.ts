import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelCatalogue } from '../knowledge/catalogs/catalogues';
import {
  activationBytes,
  cacheTokens,
  deepSpeedEstimate,
  kvBytesPerSequence,
  kvBytesPerToken,
  kvShareOfRank,
  loraParams,
  prefillActivationBytes,
  trainingStateBytes,
  weightBytes,
  weightFormats,
} from './model-sizing';

const GIB = 1024 ** 3;
const GB = 1e9;

function model(id: string) {
  const found = modelCatalogue().find((one) => one.id === id);
  if (found === undefined) throw new Error(`no model ${id}`);
  return found;
}

function format(id: string) {
  const found = weightFormats.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no format ${id}`);
  return found;
}

/** Relative difference, for "must match to 0.5 %". */
function off(actual: number, expected: number): number {
  return Math.abs(actual - expected) / expected;
}

describe('weights, to 0.5 % of the published or computed size', () => {
  it.each([
    ['llama-2-7b', 'bf16', 13.48],
    ['llama-2-13b', 'bf16', 26.03],
    ['llama-2-70b', 'bf16', 137.95],
    ['llama-2-70b', 'awq-4', 36.61],
    ['llama-2-7b', 'awq-4', 3.89],
    ['llama-2-13b', 'awq-4', 7.25],
    ['llama-3.1-8b', 'awq-4', 5.73],
    ['llama-3.1-70b', 'bf16', 141.11],
    ['llama-3.1-70b', 'fp8', 72.66],
    ['llama-3.1-70b', 'awq-4', 39.77],
    ['qwen2.5-32b', 'bf16', 65.53],
    ['qwen2.5-32b', 'awq-4', 19.33],
    ['mixtral-8x7b', 'bf16', 93.41],
    ['mixtral-8x7b', 'awq-4', 24.65],
    ['llama-2-13b', 'gguf-q4-k-m', 7.86],
    ['llama-2-13b', 'gguf-q6-k', 10.67],
    ['llama-3-8b', 'gguf-q8-0', 8.53],
    ['gpt-oss-20b', 'mxfp4', 13.76],
    ['gpt-oss-120b', 'mxfp4', 65.25],
    ['deepseek-v3', 'fp8-block', 671],
  ])('%s in %s takes %d GB', (id, formatId, expectedGb) => {
    expect(off(weightBytes(model(id), format(formatId)), expectedGb * GB)).toBeLessThan(0.005);
  });
});

describe('KV cache at 16 bit, one sequence', () => {
  it.each([
    ['llama-2-7b', 4096, 2.0],
    ['llama-2-70b', 4096, 1.25],
    ['llama-3.1-8b', 131072, 16.0],
    ['llama-3.1-70b', 131072, 40.0],
    ['llama-3.1-405b', 131072, 63.0],
    ['qwen2.5-72b', 32768, 10.0],
    ['mixtral-8x7b', 32768, 4.0],
    ['deepseek-v3', 131072, 8.578],
    ['gemma-3-27b', 131072, 10.406],
    ['gpt-oss-120b', 131072, 4.504],
  ])('%s with %d tokens keeps %d GiB', (id, tokens, expectedGib) => {
    expect(kvBytesPerSequence(model(id), tokens, 2) / GIB).toBeCloseTo(expectedGib, 2);
  });

  it('keeps 62 GiB for Gemma 3 27B when the window is ignored', () => {
    expect((kvBytesPerToken(model('gemma-3-27b'), 2) * 131072) / GIB).toBeCloseTo(62.0, 1);
  });

  it('keeps 320 KiB a token for a 70B with 8 KV heads and half of that in FP8', () => {
    expect([kvBytesPerToken(model('llama-3.1-70b'), 2), kvBytesPerToken(model('llama-3.1-70b'), 1)]).toEqual([
      320 * 1024,
      160 * 1024,
    ]);
  });

  it('splits over ranks only as far as there are KV heads, and never for MLA', () => {
    const shares = [1, 2, 8, 16].map((ranks) => kvShareOfRank(model('llama-3.1-70b'), ranks));
    expect(shares).toEqual([1, 1 / 2, 1 / 8, 1 / 8]);
    expect(kvShareOfRank(model('deepseek-v3'), 8)).toBe(1);
  });

  it('never grows with more ranks and never shrinks with more tokens', () => {
    const models = modelCatalogue();
    fc.assert(
      fc.property(
        fc.nat(models.length - 1),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 200_000 }),
        (at, ranks, tokens) => {
          const one = models[at];
          if (one === undefined) return;
          expect(kvShareOfRank(one, ranks + 1)).toBeLessThanOrEqual(kvShareOfRank(one, ranks));
          expect(kvBytesPerSequence(one, tokens + 1, 2)).toBeGreaterThanOrEqual(kvBytesPerSequence(one, tokens, 2));
        },
      ),
    );
  });
});

describe('capacity', () => {
  it.each([
    ['one L40S', 46068, 14_800],
    ['one H100 80 GB', 81559, 117_000],
  ])('Llama-2-70B AWQ on %s caches about as many tokens as stated', (_, totalMib, expected) => {
    const tokens = cacheTokens({
      totalBytes: totalMib * 1024 ** 2,
      memoryShare: 0.9,
      weightBytesPerGpu: weightBytes(model('llama-2-70b'), format('awq-4')),
      overheadBytes: 2 * GB,
      kvBytesPerTokenPerGpu: kvBytesPerToken(model('llama-2-70b'), 2),
    });
    expect(off(tokens, expected)).toBeLessThan(0.01);
  });

  it('caches nothing when the weights alone are too large', () => {
    expect(
      cacheTokens({
        totalBytes: 10,
        memoryShare: 0.9,
        weightBytesPerGpu: 20,
        overheadBytes: 0,
        kvBytesPerTokenPerGpu: 1,
      }),
    ).toBe(0);
  });
});

describe('training', () => {
  it('gives the ZeRO paper its numbers for 7.5 B parameters on 64 GPUs', () => {
    const sizes = ([0, 1, 2, 3] as const).map((stage) => trainingStateBytes(7.5e9, 64, stage) / GB);
    expect(sizes.map((size) => Number(size.toFixed(1)))).toEqual([120, 31.4, 16.6, 1.9]);
  });

  it('gives a full fine-tune of Llama-2-7B on 8 GPUs its GiB per GPU', () => {
    const params = model('llama-2-7b').paramsComputed;
    const sizes = ([0, 1, 2, 3] as const).map((stage) => trainingStateBytes(params, 8, stage) / GIB);
    expect(sizes.map((size) => Number(size.toFixed(1)))).toEqual([100.4, 34.5, 23.5, 12.6]);
  });

  it("agrees with DeepSpeed's estimator for Llama-2-7B on one node with 8 GPUs", () => {
    const about = {
      params: model('llama-2-7b').paramsComputed,
      largestLayerParams: 131_072_000,
      gpusPerNode: 8,
      nodes: 1,
    };
    const gib = (bytes: number): number => Number((bytes / GIB).toFixed(2));
    expect(gib(deepSpeedEstimate('zero2', about).gpuBytes)).toBe(26.67);
    expect(gib(deepSpeedEstimate('zero3', about).gpuBytes)).toBe(14.61);
    const optimizer = deepSpeedEstimate('zero3-offload-optimizer', about);
    expect([gib(optimizer.gpuBytes), Number((optimizer.cpuBytes / GIB).toFixed(1))]).toEqual([2.06, 150.6]);
    const all = deepSpeedEstimate('zero3-offload-all', about);
    expect([gib(all.gpuBytes), Number((all.cpuBytes / GIB).toFixed(1))]).toEqual([0.49, 169.4]);
  });

  it('counts LoRA adapters of Llama-2-7B', () => {
    const square: [number, number] = [4096, 4096];
    const linears: [number, number][] = [square, square, square, square, [4096, 11008], [4096, 11008], [11008, 4096]];
    expect([loraParams(16, linears, 32), loraParams(8, [square, square], 32)]).toEqual([39_976_960, 4_194_304]);
    expect((loraParams(16, linears, 32) * 16) / GB).toBeCloseTo(0.64, 2);
  });

  it('sizes the activations of Llama-2-7B at 2048 tokens', () => {
    const sizes = (['plain', 'flash-attention', 'checkpointing'] as const).map(
      (kind) => activationBytes(model('llama-2-7b'), 2048, 1, kind) / GIB,
    );
    expect(sizes.map((size) => Number(size.toFixed(1)))).toEqual([28.5, 8.5, 0.5]);
  });
});

describe('edges', () => {
  it('needs no cache for no tokens', () => {
    expect(kvBytesPerSequence(model('llama-3.1-8b'), 0, 2)).toBe(0);
  });
});

describe('activations of a prefill chunk', () => {
  it.each([
    // 8192 x (8192 x 8 + 28672 x 2) x 2 bytes
    ['llama-3.1-70b', 8192, 1, 2_013_265_920],
    ['llama-3.1-70b', 8192, 4, 1_308_622_848],
    ['llama-3.1-8b', 2048, 1, 251_658_240],
  ])('of %s, %d tokens on %d GPUs', (id, tokens, tensorParallel, bytes) => {
    expect(prefillActivationBytes(model(id), tokens, tensorParallel)).toBe(bytes);
  });
});
