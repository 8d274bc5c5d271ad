import { describe, expect, it } from 'vitest';
import { type ContainerErrorText, parseContainerErrorText } from './container-error-text';
import { type CudaErrorText, parseCudaErrorText } from './cuda-error-text';

describe('an error text of CUDA', () => {
  it.each<[string, CudaErrorText['kind'], number | null]>([
    ['Failed to initialize NVML: Driver/library version mismatch', 'library-mismatch', null],
    ['AssertionError: Torch not compiled with CUDA enabled', 'cpu-only-build', null],
    ['CUDA error: no kernel image is available for execution on the device', 'no-kernel-image', 209],
    ['sm_120 is not compatible with the current PyTorch installation.', 'no-kernel-image', 209],
    ['CUDA driver version is insufficient for CUDA runtime version', 'insufficient-driver', 35],
    ['RuntimeError: CUDA error: no CUDA-capable device is detected', 'no-device', 100],
    ['CUDA error: invalid device ordinal', 'invalid-device', 101],
    ['CUDA error 802: system not yet initialized', 'system-not-ready', 802],
    ['Error 803: system has unsupported display driver / cuda driver combination', 'unsupported-pair', 803],
    ['forward compatibility was attempted on non supported HW', 'compat-not-supported', 804],
    ['libtorch.so: undefined symbol: cublasLtCreate, version libcublasLt.so.12', 'undefined-symbol', null],
    ['cuInit failed: CUDA_ERROR_UNKNOWN', 'unknown-error', 999],
    ['cudaGetDeviceCount() returned 804', 'compat-not-supported', 804],
    ['35', 'insufficient-driver', 35],
    ['CUDA out of memory', 'other', null],
    ['ran for 35 steps', 'other', null],
  ])('%s: %s', (text, kind, code) => {
    expect(parseCudaErrorText(text)).toMatchObject({ kind, code });
  });

  it('gives the line that says so, and the missing symbol', () => {
    const text = 'Traceback:\n  File "a.py"\nImportError: x.so: undefined symbol: ncclCommWindowRegister\nmore\n';
    expect(parseCudaErrorText(text)).toMatchObject({
      line: 'ImportError: x.so: undefined symbol: ncclCommWindowRegister',
      symbol: 'ncclCommWindowRegister',
    });
  });

  it('has nothing to say of nothing, and takes any input', () => {
    expect(parseCudaErrorText('  \n')).toBeNull();
    expect(parseCudaErrorText('\u0000'.repeat(100_000))?.kind).toBe('other');
  });
});

describe('an error text of a container', () => {
  it.each<[string, ContainerErrorText['kind']]>([
    ['docker: Error response from daemon: unknown or invalid runtime name: nvidia.', 'no-runtime'],
    ['could not select device driver "" with capabilities: [[gpu]].', 'no-driver-for-request'],
    ['unresolvable CDI devices nvidia.com/gpu=all: unknown', 'unresolvable-cdi'],
    ['failed to fulfil mount request: open /usr/lib/libcuda.so.535.54.03: no such file or directory', 'stale-cdi'],
    ['nvidia-container-cli: initialization error: nvml error: driver not loaded', 'hook-failed'],
    ['Failed to initialize NVML: Unknown Error', 'access-revoked'],
    ['Failed to initialize NVML: Insufficient Permissions', 'selinux'],
    ['exec: "nvidia-smi": executable file not found in $PATH', 'library-missing'],
    ['0/4 nodes are available: 4 Insufficient nvidia.com/gpu.', 'no-free-gpu'],
    ['XidCriticalError: Xid=79; marking device as unhealthy', 'device-unhealthy'],
    ['cuda error: system not yet initialized', 'not-initialized'],
    ['DataLoader worker (pid 42) is killed by signal: Bus error.', 'shared-memory'],
    ['groups: cannot find name for group ID 998\n\ngroups: cannot find name for group ID 44', 'cosmetic'],
    ['groups: cannot find name for group ID 998\nTraceback: something', 'other'],
    ['groups: cannot find name for group ID 998\nFailed to initialize NVML: Unknown Error', 'access-revoked'],
    ['nvidia-container-toolkit-daemonset-x7v2k   0/1   Init:0/1   0   12m', 'operator-waits'],
    ['hello', 'other'],
  ])('%s: %s', (text, kind) => {
    expect(parseContainerErrorText(text)?.kind).toBe(kind);
  });

  it('has nothing to say of nothing', () => {
    expect(parseContainerErrorText('')).toBeNull();
  });
});
