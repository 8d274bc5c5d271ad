/** What a GPU on the bus is, of which no driver tells. */
export interface PciChip {
  /** As the list of PCI ids has it: `GH100 [H100 SXM5 80GB]`. */
  readonly name: string;
  /** Null: not known. */
  readonly generation: string | null;
  /** Null: a generation of several capabilities that the name does not tell apart. */
  readonly capability: string | null;
}

/** Source: NVIDIA's list of CUDA GPUs with their compute capability, and the names of the PCI ids. */
const chips: ReadonlyArray<readonly [RegExp, string, string | null]> = [
  [/\bGK\d/, 'Kepler', null],
  [/\bGM\d/, 'Maxwell', null],
  [/\bGP100/, 'Pascal', '6.0'],
  [/\bGP10[2-8]/, 'Pascal', '6.1'],
  [/\bGV100/, 'Volta', '7.0'],
  [/\bTU1\d\d/, 'Turing', '7.5'],
  [/\bGA100/, 'Ampere', '8.0'],
  [/\bGA10[2-7]/, 'Ampere', '8.6'],
  [/\bAD10\d/, 'Ada', '8.9'],
  [/\bGH100/, 'Hopper', '9.0'],
  [/\bGB10[02]/, 'Blackwell', '10.0'],
  [/\bGB110/, 'Blackwell', '10.3'],
  [/\bGB20\d/, 'Blackwell', '12.0'],
];

/**
 * Boards of servers and workstations that the list of PCI ids of Ubuntu 22.04, Debian 12 or RHEL 9 is too old for: lspci calls them
 * `Device 2901` there. Sources: NVIDIA gpu-admin-tools (devid_names.py), NVIDIA DCGM (diag-skus.yaml), the PCI id repository.
 */
const newerBoards: Readonly<Record<string, readonly string[]>> = {
  'GH100 [H100]': ['2313', '2321', '2330', '2331', '2336', '2337', '2338', '2339', '233d'],
  'GH100 [H200]': ['2335', '233b'],
  'GH100 [GH200]': ['2342', '2343', '2345', '2348'],
  'GH100 [H800]': ['2322', '2324', '233a'],
  'GH100 [H20]': ['2309', '230c', '230e', '2328', '2329', '232c'],
  'AD102GL [RTX 6000 Ada Generation]': ['26b1'],
  'AD102GL [L40]': ['26b5'],
  'AD102GL [L40S]': ['26b9'],
  'AD102GL [L20]': ['26ba'],
  'AD104GL [L2]': ['27b6'],
  'AD104GL [L4]': ['27b8'],
  'GB100 [B200]': ['2901'],
  'GB100 [GB200]': ['2941'],
  'GB110 [B300]': ['3182'],
  'GB110 [GB300]': ['31c2'],
  'GB202GL [RTX PRO 6000 Blackwell Workstation Edition]': ['2bb1'],
  'GB202GL [RTX PRO 5000 Blackwell]': ['2bb3'],
  'GB202GL [RTX PRO 6000 Blackwell Max-Q Workstation Edition]': ['2bb4'],
  'GB202GL [RTX PRO 6000 Blackwell Server Edition]': ['2bb5'],
};

/** Of a device of NVIDIA, by the name that lspci gives it, or by its id where lspci has none: `Device 2901`. */
export function pciChip({ deviceId, name }: { deviceId: string; name: string | null }): PciChip {
  const told = name?.replace(/^NVIDIA Corporation /, '') ?? null;
  const board = Object.entries(newerBoards).find(([, ids]) => ids.includes(deviceId.toLowerCase()))?.[0];
  const known = told === null || /^Device [0-9a-f]{4}\b/i.test(told) ? (board ?? told) : told;
  const [, generation = null, capability = null] = chips.find(([pattern]) => pattern.test(known ?? '')) ?? [];
  return { name: known ?? `10de:${deviceId}`, generation, capability };
}
