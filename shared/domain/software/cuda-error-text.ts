import { z } from 'zod';
import { lineAt } from './line-at';

/** What an error text of CUDA, NVML or PyTorch says, as far as the driver and its surroundings are concerned. */
export const cudaErrorKinds = [
  'library-mismatch',
  'cpu-only-build',
  'no-kernel-image',
  'insufficient-driver',
  'no-device',
  'invalid-device',
  'system-not-ready',
  'unsupported-pair',
  'compat-not-supported',
  'undefined-symbol',
  'unknown-error',
  'other',
] as const;

export const cudaErrorTextSchema = z.object({
  kind: z.enum(cudaErrorKinds),
  /** Number of the CUDA runtime's error; null where the words do not stand for one. */
  code: z.number().nullable(),
  /** The line that says so. */
  line: z.string(),
  /** The symbol that is missing. */
  symbol: z.string().nullable(),
});
export type CudaErrorText = z.infer<typeof cudaErrorTextSchema>;

/**
 * The most telling first: an error about the build explains one about the device. Sources: cuda_runtime_api.h and
 * driver_types.h (cudaError_t), nvml.h, torch/cuda/__init__.py.
 */
const patterns: ReadonlyArray<readonly [RegExp, CudaErrorText['kind'], number | null]> = [
  [/Driver\/library version mismatch/i, 'library-mismatch', null],
  [/not compiled with CUDA enabled/i, 'cpu-only-build', null],
  [/no kernel image is available|is not compatible with the current PyTorch installation/i, 'no-kernel-image', 209],
  [/undefined symbol: ?[\w@.]{1,120}/i, 'undefined-symbol', null],
  [
    /unsupported display driver \/ cuda driver combination|cudaErrorSystemDriverMismatch|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH/i,
    'unsupported-pair',
    803,
  ],
  [
    /forward compatibility was attempted on non supported HW|cudaErrorCompatNotSupportedOnDevice|CUDA_ERROR_COMPAT_NOT_SUPPORTED/i,
    'compat-not-supported',
    804,
  ],
  [
    /driver version is insufficient|NVIDIA driver on your system is too old|cudaErrorInsufficientDriver/i,
    'insufficient-driver',
    35,
  ],
  [/system not yet initialized|cudaErrorSystemNotReady|CUDA_ERROR_SYSTEM_NOT_READY/i, 'system-not-ready', 802],
  [/invalid device ordinal|cudaErrorInvalidDevice\b|CUDA_ERROR_INVALID_DEVICE\b/i, 'invalid-device', 101],
  [
    /no CUDA-capable device is detected|No CUDA GPUs are available|cudaErrorNoDevice\b|CUDA_ERROR_NO_DEVICE\b/i,
    'no-device',
    100,
  ],
  [/CUDA error: unknown error|CUDA unknown error|cudaErrorUnknown\b|CUDA_ERROR_UNKNOWN\b/i, 'unknown-error', 999],
];

const byCode: ReadonlyMap<number, CudaErrorText['kind']> = new Map(
  patterns.flatMap(([, kind, code]) => (code === null ? [] : [[code, kind] as const])),
);

/** Reads a pasted error text. Null: there is nothing in it. */
export function parseCudaErrorText(text: string): CudaErrorText | null {
  const pasted = text.slice(0, 65_536);
  if (pasted.trim() === '') return null;
  for (const [pattern, kind, code] of patterns) {
    const match = pattern.exec(pasted);
    if (match) {
      const symbol = kind === 'undefined-symbol' ? match[0].replace(/^undefined symbol: ?/i, '') : null;
      return { kind, code, line: lineAt(pasted, match.index), symbol };
    }
  }
  // `CUDA error 35 at …`, `cudaGetDeviceCount() returned 803`, or the bare number.
  const numbered =
    /\b(?:CUDA|cuda\w{0,60}(?:\(\))?)[^\n]{0,60}?(?:error|returned|code)[ :=(]{1,3}(\d{2,3})\b/.exec(pasted) ??
    /^\s*(?:error )?(\d{2,3})\s*$/i.exec(pasted);
  const code = numbered ? Number(numbered[1]) : null;
  const kind = code === null ? undefined : byCode.get(code);
  if (numbered && kind !== undefined) return { kind, code, line: lineAt(pasted, numbered.index), symbol: null };
  return { kind: 'other', code: null, line: lineAt(pasted, pasted.search(/\S/)), symbol: null };
}
