import type { NodeProfile } from './profile';

export interface BmcSpec {
  readonly manufacturer: string;
  readonly manufacturerId: number;
  readonly productId: number;
  readonly firmware: string;
}

export interface PowerSupplySpec {
  readonly count: number;
  readonly manufacturer: string;
  readonly model: string;
  readonly capacityW: number;
}

export interface UpsSpec {
  readonly name: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly nominalPowerW: number;
}

/** What stands around the processors of a machine: its management controller, power, cooling and firmware. */
export interface PlatformSpec {
  readonly sku: string;
  readonly family: string;
  readonly board: string;
  readonly bmc: BmcSpec;
  readonly powerSupplies: PowerSupplySpec;
  readonly fanCount: number;
  readonly fanMaxRpm: number;
  /** Draw of everything but processors and GPUs. */
  readonly baseW: number;
  readonly cpuMaxW: number;
  readonly ups: UpsSpec | null;
  readonly isSecureBootOn: boolean;
  /** Parameters of KVM's modules, by their path under /sys/module. */
  readonly kvm: Readonly<Record<string, string>>;
  readonly sgxBytesPerNode: number;
}

const server: Omit<PlatformSpec, 'board' | 'bmc'> = {
  sku: 'To be filled by O.E.M.',
  family: 'Family',
  powerSupplies: { count: 2, manufacturer: 'DELTA', model: 'PWS-2K63A-1R', capacityW: 2600 },
  fanCount: 6,
  fanMaxRpm: 12_000,
  baseW: 190,
  cpuMaxW: 280,
  ups: null,
  isSecureBootOn: false,
  kvm: {},
  sgxBytesPerNode: 0,
};

const byProfile: Readonly<Record<string, Partial<PlatformSpec>>> = {
  'dgx-h100': {
    sku: '965-24387-0001-000',
    family: 'DGX',
    board: 'DGXH100',
    bmc: { manufacturer: 'NVIDIA', manufacturerId: 5703, productId: 0x02_04, firmware: '23.09' },
    powerSupplies: { count: 6, manufacturer: 'DELTA', model: 'ECD16020137', capacityW: 3300 },
    fanCount: 12,
    fanMaxRpm: 16_800,
    baseW: 1150,
    cpuMaxW: 350,
    isSecureBootOn: true,
    kvm: { 'kvm_intel/parameters/sgx': 'Y', 'kvm_intel/parameters/tdx': 'N' },
    sgxBytesPerNode: 64 * 1024 ** 3,
  },
  'workstation-rtx6000ada': {
    ups: { name: 'rack7', manufacturer: 'APC', model: 'Smart-UPS 3000', nominalPowerW: 2700 },
    kvm: { 'kvm_amd/parameters/sev': 'Y', 'kvm_amd/parameters/sev_es': 'Y', 'kvm_amd/parameters/sev_snp': 'N' },
  },
};

/** Null for a virtual machine, which has none of it. */
export function platformOf(profile: NodeProfile): PlatformSpec | null {
  if (profile.virtualization !== 'none') return null;
  // American Megatrends' firmware, under the name of the maker.
  const bmc: BmcSpec = { manufacturer: profile.vendor, manufacturerId: 2623, productId: 0x0c_ad, firmware: '1.74' };
  const { isSecureBootOn } = profile;
  return {
    ...server,
    board: profile.product,
    bmc,
    ...byProfile[profile.id],
    ...(isSecureBootOn === undefined ? {} : { isSecureBootOn }),
  };
}
