import { z } from 'zod';

/**
 * What a pasted error says. Amounts are bytes; null: the text has no such number.
 * - allocator: PyTorch's own numbers. kv-cache: vLLM has no room for the cache. registration: BAR1 or pinning.
 * - exclusive: another process has the GPU for itself. context: memory ran out before the framework's allocator started.
 * - host: the node's own memory. other: an out-of-memory text without numbers.
 */
export const outOfMemoryTextSchema = z.object({
  kind: z.enum(['allocator', 'kv-cache', 'registration', 'exclusive', 'context', 'host', 'other']),
  gpuIndex: z.number().nullable(),
  requestedBytes: z.number().nullable(),
  totalBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
  allocatedBytes: z.number().nullable(),
  reservedBytes: z.number().nullable(),
  /** Kept by PyTorch's allocator in blocks that are not in use: what fragmentation shows as. */
  reservedUnallocatedBytes: z.number().nullable(),
  neededCacheBytes: z.number().nullable(),
  availableCacheBytes: z.number().nullable(),
  maxModelTokens: z.number().nullable(),
  cacheTokens: z.number().nullable(),
});
export type OutOfMemoryText = z.infer<typeof outOfMemoryTextSchema>;

const scale: Record<string, number> = {
  bytes: 1,
  b: 1,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
};
// Bounded, so that a long run of digits costs no time.
const amount = '([\\d.,]{1,20}) ?([KMGT]i?B|bytes)';

/**
 * Reads the numbers out of an out-of-memory text. Total; null when the text says nothing about memory.
 *
 * New wording (PyTorch 2.1 and later):
 * `CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.15 GiB of which 1.02 GiB is free. … Of the
 * allocated memory 70.01 GiB is allocated by PyTorch, and 6.50 GiB is reserved by PyTorch but unallocated.`
 * Old wording: `CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 10.76 GiB total capacity; 9.58 GiB already allocated;
 * 10.44 MiB free; 9.71 GiB reserved in total by PyTorch)`
 * vLLM: `max seq len (131072) is larger than the maximum number of tokens that can be stored in KV cache (39072)`,
 * `No available memory for the cache blocks`, `(16.00 GiB KV cache is needed, which is larger than the available KV cache
 * memory (10.20 GiB)`.
 */
export function parseOutOfMemoryText(text: string): OutOfMemoryText | null {
  const one = text.slice(0, 100_000).replace(/\s+/g, ' ');
  const kind = kindOf(one);
  if (kind === null) return null;
  const allocated = bytes(one, new RegExp(`${amount} (?:is allocated by PyTorch|already allocated)`, 'i'));
  const reserved = bytes(one, new RegExp(`${amount} reserved in total by PyTorch`, 'i'));
  const unallocated = bytes(one, new RegExp(`${amount} is reserved by PyTorch but unallocated`, 'i'));
  return {
    kind,
    gpuIndex: integer(one, /GPU (\d+)(?:;| has)/i),
    requestedBytes: bytes(one, new RegExp(`Tried to allocate ${amount}`, 'i')),
    totalBytes:
      bytes(one, new RegExp(`total capac(?:i?ty) of ${amount}`, 'i')) ??
      bytes(one, new RegExp(`${amount} total capacity`, 'i')),
    freeBytes:
      bytes(one, new RegExp(`of which ${amount} is free`, 'i')) ?? bytes(one, new RegExp(`${amount} free`, 'i')),
    allocatedBytes: allocated,
    reservedBytes: reserved ?? (allocated !== null && unallocated !== null ? allocated + unallocated : null),
    reservedUnallocatedBytes:
      unallocated ?? (allocated !== null && reserved !== null ? Math.max(0, reserved - allocated) : null),
    neededCacheBytes: bytes(one, new RegExp(`${amount} KV cache is needed`, 'i')),
    availableCacheBytes: bytes(one, new RegExp(`available KV cache memory \\(?${amount}`, 'i')),
    maxModelTokens: integer(one, /max(?:imum)? seq(?:uence)? len(?:gth)? \((\d+)\)/i),
    cacheTokens: integer(one, /stored in (?:the )?KV cache \((\d+)\)/i),
  };
}

function kindOf(text: string): OutOfMemoryText['kind'] | null {
  if (/all CUDA-capable devices are busy/i.test(text)) return 'exclusive';
  if (
    /(?:cannot|can't|failed to|unable to) register memory|ibv_reg_mr|cuMemHostRegister|cudaHostRegister|nvidia_p2p_get_pages|peer (?:mapping|access) (?:resources|failed)|BAR1/i.test(
      text,
    )
  ) {
    return 'registration';
  }
  if (/No available memory for the cache blocks|stored in (?:the )?KV cache|KV cache is needed/i.test(text))
    return 'kv-cache';
  if (/Tried to allocate|reserved (?:in total )?by PyTorch/i.test(text)) return 'allocator';
  if (
    /oom-kill|Out of memory: Kill|Killed process|DefaultCPUAllocator|std::bad_alloc|Cannot allocate memory|MemoryError/i.test(
      text,
    )
  ) {
    return 'host';
  }
  if (/(?:cuInit|cuCtxCreate|cuDevicePrimaryCtxRetain|_cuda_init|cudaSetDevice|context creat)/i.test(text)) {
    return /out of memory|OUT_OF_MEMORY|MemoryAllocation/i.test(text) ? 'context' : null;
  }
  if (/out of memory|OutOfMemory|cudaErrorMemoryAllocation|CUBLAS_STATUS_ALLOC_FAILED/i.test(text)) return 'other';
  return null;
}

function bytes(text: string, pattern: RegExp): number | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const value = Number((match[1] ?? '').replace(/,/g, ''));
  const unit = scale[(match[2] ?? '').toLowerCase()];
  return Number.isFinite(value) && unit !== undefined ? Math.round(value * unit) : null;
}

function integer(text: string, pattern: RegExp): number | null {
  const match = pattern.exec(text)?.[1];
  return match === undefined || match.length > 15 ? null : Number(match);
}
