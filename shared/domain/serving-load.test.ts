import { describe, expect, it } from 'vitest';
import type { ServingFacts } from './facts/serving';
import { readServerLog, tritonLoads, vllmLoads } from './serving-load';

const vllm = (more: object = {}) => ({
  port: 8000,
  model: 'm',
  running: 20,
  waiting: 3,
  kvCachePercent: 96,
  preemptions: 10,
  firstToken: { sum: 10, count: 10 },
  betweenTokens: null,
  queue: { sum: 1, count: 10 },
  ...more,
});
const triton = (more: object = {}) => ({
  port: 8002,
  model: 'b',
  version: '1',
  succeeded: 100,
  failed: 0,
  inferences: 100,
  executions: 50,
  pending: 4,
  requestUs: 1000,
  queueUs: 100,
  inputUs: 10,
  outputUs: 10,
  ...more,
});
const reading = (atMs: number, more: object) => ({
  observedAtMs: atMs,
  facts: { servers: [], vllm: [], triton: [], ...more } as ServingFacts,
});

describe('what vLLM did over a time', () => {
  it('is rates and means of that time, and the least that waited', () => {
    const found = vllmLoads([
      reading(0, { vllm: [vllm()] }),
      reading(10_000, { vllm: [vllm({ waiting: 1, preemptions: 15, firstToken: { sum: 20, count: 14 } })] }),
    ]);
    expect(found).toMatchObject([
      {
        fewestWaiting: 1,
        mostWaiting: 3,
        preemptionsPerSec: 0.5,
        firstTokenSeconds: 2.5,
        betweenTokensSeconds: null,
        seconds: 10,
      },
    ]);
    // Nothing was asked for meanwhile.
    expect(found[0]?.queueSeconds).toBeNull();
  });

  it('is not told after one reading, and no rate over a restart', () => {
    expect(vllmLoads([reading(0, { vllm: [vllm()] })])).toEqual([]);
    const again = [0, 5, 9].map((preemptions, at) => reading(at * 1000, { vllm: [vllm({ preemptions })] }));
    expect(
      vllmLoads([reading(-1000, { vllm: [vllm({ preemptions: 4 })] }), ...again])[0]?.preemptionsPerSec,
    ).toBeNull();
    const gap = [reading(0, { vllm: [vllm({ waiting: null })] }), reading(1000, { vllm: [vllm()] })];
    expect(vllmLoads(gap)[0]?.fewestWaiting).toBeNull();
  });
});

describe('what Triton did over a time', () => {
  it('is the shares of the time that requests took, and the mean batch', () => {
    const later = triton({
      succeeded: 200,
      failed: 5,
      inferences: 300,
      executions: 150,
      requestUs: 3000,
      queueUs: 1300,
      inputUs: 110,
      outputUs: 110,
    });
    expect(tritonLoads([reading(0, { triton: [triton()] }), reading(50_000, { triton: [later] })])).toEqual([
      {
        port: 8002,
        name: 'b v1',
        seconds: 50,
        requestsPerSec: 2,
        failuresPerSec: 0.1,
        pending: 4,
        queuePercent: 60,
        transferPercent: 10,
        meanBatch: 2,
      },
    ]);
  });

  it('has no shares where nothing was asked', () => {
    expect(tritonLoads([reading(0, { triton: [triton()] }), reading(1000, { triton: [triton()] })])[0]).toMatchObject({
      queuePercent: null,
      meanBatch: null,
      requestsPerSec: 0,
    });
  });
});

describe('the log of a server', () => {
  it.each([
    ["ValueError: The model's max seq len (131072) is larger than the maximum number of tokens", 'kv-cache'],
    ['torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB', 'gpu-memory'],
    ['torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL, unhandled system error', 'nccl-system'],
    ['ncclInternalError: Internal check failed.', 'nccl'],
    ['RuntimeError: The NVIDIA driver on your system is too old; CUDA driver version is insufficient', 'driver'],
    ['| bert | 1 | UNAVAILABLE: Internal: failed to load model |', 'model-load'],
    ['OSError: [Errno 98] Address already in use', 'address-in-use'],
    ['INFO: Application startup complete.', 'none'],
    ['', 'none'],
  ])('%s: %s', (line, trouble) => expect(readServerLog(`x\n${line}\n`).trouble).toBe(trouble));
});
