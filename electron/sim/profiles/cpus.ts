import type { CpuSpec } from './profile';

const COMMON_FLAGS =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx ' +
  'pdpe1gb rdtscp lm constant_tsc rep_good nopl nonstop_tsc cpuid aperfmperf pni pclmulqdq monitor ssse3 fma cx16 ' +
  'sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand lahf_lm abm bmi1 avx2 bmi2 erms invpcid rdseed adx sha_ni xsaveopt';

export const xeon8480: CpuSpec = {
  modelName: 'Intel(R) Xeon(R) Platinum 8480C',
  vendorId: 'GenuineIntel',
  family: 6,
  model: 143,
  stepping: 8,
  sockets: 2,
  coresPerSocket: 56,
  threadsPerCore: 2,
  numaNodes: 2,
  minMhz: 800,
  maxMhz: 3800,
  flags: `${COMMON_FLAGS} vmx avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16 avx512_vnni amx_bf16 amx_tile amx_int8 sgx sgx_lc`,
  caches: [
    { name: 'L1d', size: '5.3 MiB (112 instances)' },
    { name: 'L1i', size: '3.5 MiB (112 instances)' },
    { name: 'L2', size: '224 MiB (112 instances)' },
    { name: 'L3', size: '210 MiB (2 instances)' },
  ],
};

export const epyc9374: CpuSpec = {
  modelName: 'AMD EPYC 9374F 32-Core Processor',
  vendorId: 'AuthenticAMD',
  family: 25,
  model: 17,
  stepping: 1,
  sockets: 2,
  coresPerSocket: 32,
  threadsPerCore: 1,
  numaNodes: 2,
  minMhz: 1500,
  maxMhz: 3850,
  flags: `${COMMON_FLAGS} svm sse4a sme sev sev_es sev_snp avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16 avx512_vnni`,
  caches: [
    { name: 'L1d', size: '2 MiB (64 instances)' },
    { name: 'L1i', size: '2 MiB (64 instances)' },
    { name: 'L2', size: '64 MiB (64 instances)' },
    { name: 'L3', size: '512 MiB (16 instances)' },
  ],
};

export const epyc7313: CpuSpec = {
  modelName: 'AMD EPYC 7313 16-Core Processor',
  vendorId: 'AuthenticAMD',
  family: 25,
  model: 1,
  stepping: 1,
  sockets: 2,
  coresPerSocket: 16,
  threadsPerCore: 2,
  numaNodes: 2,
  minMhz: 1500,
  maxMhz: 3000,
  flags: `${COMMON_FLAGS} svm sse4a sme sev sev_es`,
  caches: [
    { name: 'L1d', size: '1 MiB (32 instances)' },
    { name: 'L1i', size: '1 MiB (32 instances)' },
    { name: 'L2', size: '16 MiB (32 instances)' },
    { name: 'L3', size: '256 MiB (8 instances)' },
  ],
};

export const xeonSilver4410: CpuSpec = {
  modelName: 'Intel(R) Xeon(R) Silver 4410Y',
  vendorId: 'GenuineIntel',
  family: 6,
  model: 143,
  stepping: 8,
  sockets: 1,
  coresPerSocket: 12,
  threadsPerCore: 2,
  numaNodes: 1,
  minMhz: 800,
  maxMhz: 3900,
  flags: `${COMMON_FLAGS} vmx avx512f avx512dq avx512cd avx512bw avx512vl avx512_vnni`,
  caches: [
    { name: 'L1d', size: '576 KiB (12 instances)' },
    { name: 'L1i', size: '384 KiB (12 instances)' },
    { name: 'L2', size: '24 MiB (12 instances)' },
    { name: 'L3', size: '30 MiB (1 instance)' },
  ],
};
