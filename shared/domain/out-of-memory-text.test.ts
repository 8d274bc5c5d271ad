import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOutOfMemoryText } from './out-of-memory-text';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

describe('parseOutOfMemoryText', () => {
  it("reads the new wording of PyTorch's message, wrapped over lines", () => {
    const text = `Traceback (most recent call last):
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 3 has a total capacity of 79.15 GiB of which
1.02 GiB is free. Including non-PyTorch memory, this process has 78.12 GiB memory in use. Of the allocated memory 60.00 GiB is
allocated by PyTorch, and 16.50 GiB is reserved by PyTorch but unallocated. If reserved but unallocated memory is large try
setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True`;
    expect(parseOutOfMemoryText(text)).toMatchObject({
      kind: 'allocator',
      gpuIndex: 3,
      requestedBytes: 2 * GIB,
      totalBytes: Math.round(79.15 * GIB),
      freeBytes: Math.round(1.02 * GIB),
      allocatedBytes: 60 * GIB,
      reservedUnallocatedBytes: 16.5 * GIB,
      reservedBytes: 76.5 * GIB,
    });
  });

  it('reads the old wording, where unallocated is the difference', () => {
    const text =
      'RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 10.76 GiB total capacity; 9.58 GiB already allocated; 10.44 MiB free; 9.71 GiB reserved in total by PyTorch) If reserved memory is >> allocated memory try setting max_split_size_mb';
    expect(parseOutOfMemoryText(text)).toMatchObject({
      kind: 'allocator',
      gpuIndex: 0,
      requestedBytes: 20 * MIB,
      totalBytes: Math.round(10.76 * GIB),
      freeBytes: Math.round(10.44 * MIB),
      reservedUnallocatedBytes: Math.round(9.71 * GIB) - Math.round(9.58 * GIB),
    });
  });

  it("reads vLLM's numbers, old and new", () => {
    expect(
      parseOutOfMemoryText(
        "ValueError: The model's max seq len (131072) is larger than the maximum number of tokens that can be stored in KV cache (39072).",
      ),
    ).toMatchObject({ kind: 'kv-cache', maxModelTokens: 131072, cacheTokens: 39072 });
    expect(
      parseOutOfMemoryText(
        "To serve at least one request with the models's max seq len (131072), (16.00 GiB KV cache is needed, which is larger than the available KV cache memory (10.20 GiB).",
      ),
    ).toMatchObject({ kind: 'kv-cache', neededCacheBytes: 16 * GIB, availableCacheBytes: Math.round(10.2 * GIB) });
  });

  it.each([
    ['ValueError: No available memory for the cache blocks.', 'kv-cache'],
    ['RuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable', 'exclusive'],
    ['NCCL WARN Call to ibv_reg_mr failed with error Cannot allocate memory', 'registration'],
    ['cuCtxCreate failed: CUDA_ERROR_OUT_OF_MEMORY', 'context'],
    ['Out of memory: Killed process 4242 (python3)', 'host'],
    ['numpy.core._exceptions._ArrayMemoryError: MemoryError', 'host'],
    ['CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)', 'other'],
    ['RuntimeError: CUDA error: out of memory', 'other'],
  ])('knows %s as %s', (text, kind) => {
    expect(parseOutOfMemoryText(text)?.kind).toBe(kind);
  });

  it.each(['', 'ImportError: no module named torch', 'everything is fine'])('says nothing about %j', (text) => {
    expect(parseOutOfMemoryText(text)).toBeNull();
  });

  it('never throws and never gives a number that is none', () => {
    const piece = fc.constantFrom(
      'Tried to allocate ',
      'CUDA out of memory',
      ' GiB is free',
      '9.9.9',
      '1e999',
      ' MiB',
      'GPU 0;',
      ' reserved in total by PyTorch',
      'stored in KV cache (',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' }))), (parts) => {
        const parsed = parseOutOfMemoryText(parts.join(''));
        for (const value of Object.values(parsed ?? {})) {
          if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });
});
