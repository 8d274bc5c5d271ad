import { describe, expect, it } from 'vitest';
import { modelCatalogue } from '../knowledge/catalogs/catalogues';
import type { Gpu } from './facts/gpu';
import { catalogueModel, readModelConfig, serverFit, weightFilesBytes } from './served-model';

const mib = 1024 ** 2;
const gpu = (totalMib: number, usedMib = 0, mig: string | null = null) =>
  ({
    state: 'present',
    mig: { current: mig, pending: null },
    memory: {
      totalBytes: totalMib * mib,
      reservedBytes: 0,
      usedBytes: usedMib * mib,
      freeBytes: (totalMib - usedMib) * mib,
    },
  }) as Gpu;
const wanted = { tensorParallel: 1, contextTokens: 4096, memoryShare: 0.9 };
const awq = catalogueModel(modelCatalogue(), 'meta-llama/Llama-2-70b-hf', 'awq-4');
const full = catalogueModel(modelCatalogue(), 'meta-llama/Llama-2-70b-hf', 'bf16');
if (!awq || !full) throw new Error('the catalogue lacks Llama-2-70B');

describe('a model on the GPUs of a node', () => {
  it('caches about as many tokens as the worked example of model-sizing.md says', () => {
    // Llama-2-70B AWQ: about 14 800 on an L40S and 117 000 on an H100 with 2 GB beside the weights; ours takes 5 % of them more.
    expect(serverFit(awq, wanted, [gpu(46_068)])).toMatchObject({ verdict: 'fits', contextTokens: 4096 });
    expect(serverFit(awq, wanted, [gpu(46_068)])?.cacheTokens).toBeGreaterThan(8000);
    expect(serverFit(awq, wanted, [gpu(46_068)])?.cacheTokens).toBeLessThan(14_800);
    expect(serverFit(awq, wanted, [gpu(81_559)])?.cacheTokens).toBeGreaterThan(105_000);
    expect(serverFit(awq, wanted, [gpu(81_559)])?.cacheTokens).toBeLessThan(117_000);
  });

  it('is refused for the reason that counts', () => {
    const h100 = [gpu(81_559), gpu(81_559)];
    expect(serverFit(full, wanted, h100)).toMatchObject({ verdict: 'too-big' });
    expect(serverFit(full, { ...wanted, tensorParallel: 2 }, h100)).toMatchObject({ verdict: 'fits' });
    expect(serverFit(full, { ...wanted, tensorParallel: 4 }, h100)).toMatchObject({ verdict: 'too-few-gpus' });
    expect(serverFit(full, { ...wanted, tensorParallel: 3 }, h100)).toMatchObject({ verdict: 'heads' });
    expect(serverFit(full, { ...wanted, contextTokens: 5000 }, h100)).toMatchObject({ verdict: 'beyond-model' });
    expect(serverFit(awq, wanted, [gpu(81_559, 20_000)])).toMatchObject({ verdict: 'busy' });
    expect(serverFit(awq, wanted, [gpu(42_000)])).toMatchObject({ verdict: 'too-big' });
    expect(
      serverFit({ ...awq, contextTokens: 1e6 }, { ...wanted, contextTokens: 400_000 }, [gpu(81_559)]),
    ).toMatchObject({
      verdict: 'too-long',
    });
  });

  it('gets the GPUs that are free, and none that is cut into slices; a GPU that tells nothing is not guessed', () => {
    expect(serverFit(awq, wanted, [gpu(81_559, 80_000), gpu(81_559)])).toMatchObject({ verdict: 'fits' });
    expect(serverFit(awq, wanted, [gpu(81_559, 0, 'Enabled')])).toBeNull();
    expect(serverFit(awq, wanted, [])).toMatchObject({ verdict: 'too-few-gpus' });
  });
});

describe('a model of a folder', () => {
  it('is read from its configuration, of several parts from that of its language part', () => {
    const config = {
      num_hidden_layers: 28,
      num_attention_heads: 28,
      num_key_value_heads: 4,
      hidden_size: 3584,
      max_position_embeddings: 32_768,
    };
    const read = { layers: 28, heads: 28, kvHeads: 4, headDim: 128, contextTokens: 32_768, mla: null };
    expect(readModelConfig(JSON.stringify(config), 1e9)).toMatchObject(read);
    expect(readModelConfig(JSON.stringify({ text_config: config }), 1e9)).toMatchObject(read);
    const latent = { ...config, kv_lora_rank: 512, qk_rope_head_dim: 64, head_dim: 192 };
    expect(readModelConfig(JSON.stringify(latent), 1e9)).toMatchObject({
      headDim: 192,
      mla: { kvLoraRank: 512, qkRopeHeadDim: 64 },
    });
    for (const text of ['', 'null', '[]', '{"num_hidden_layers": "many"}', '{'])
      expect(readModelConfig(text, 1e9)).toBeNull();
    expect(readModelConfig(JSON.stringify(config), 0)).toBeNull();
  });

  it('weighs what its weight files do, one form of them', () => {
    const listing =
      '100\t/m/a.safetensors\n50\t/m/b.safetensors\n170\t/m/pytorch_model.bin\n5\t/m/config.json\n325\t/m';
    expect(weightFilesBytes(listing)).toBe(150);
    expect(weightFilesBytes('170\t/m/pytorch_model.bin\n170\t/m')).toBe(170);
    expect(weightFilesBytes('5\t/m/config.json')).toBeNull();
  });
});
