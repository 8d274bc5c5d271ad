import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();

/** Facts of probe `machine` (`dmidecode -t 0,1,2,3`; without root what sysfs shows of the same). */
export const machineFactsSchema = z.object({
  system: z.object({
    manufacturer: text,
    product: text,
    version: text,
    serial: text,
    uuid: text,
    sku: text,
    family: text,
  }),
  board: z.object({ manufacturer: text, product: text, version: text, serial: text }),
  chassis: z.object({ manufacturer: text, type: text, serial: text, assetTag: text }),
  bios: z.object({ vendor: text, version: text, releaseDate: text, revision: text }),
});
export type MachineFacts = z.infer<typeof machineFactsSchema>;

/** Facts of probe `memory-modules` (`dmidecode -t memory`): one entry a slot, the empty ones too. */
export const memoryModulesFactsSchema = z.object({
  modules: z.array(
    z.object({
      /** Unique; where firmware gives one name to several slots, the bank is added. */
      locator: z.string(),
      bank: text,
      isEmpty: z.boolean(),
      sizeBytes: number,
      type: text,
      formFactor: text,
      /** What the module can do and what it is set to, in megatransfers per second. */
      speedMTs: number,
      configuredSpeedMTs: number,
      manufacturer: text,
      partNumber: text,
      serial: text,
      rank: number,
      dataWidthBits: number,
      totalWidthBits: number,
      configuredVoltageV: number,
    }),
  ),
  /** As the memory arrays say, e.g. `Multi-bit ECC`. */
  errorCorrection: text,
  maximumBytes: number,
  /** Sum over the modules. Null when the size of one is not told. */
  installedBytes: number,
  /** MemTotal of the kernel, to hold against it. */
  kernelTotalBytes: number,
  /** The modules are made up by a hypervisor: they say nothing about the machine below. */
  isEmulated: z.boolean(),
});
export type MemoryModulesFacts = z.infer<typeof memoryModulesFactsSchema>;
export type MemoryModule = MemoryModulesFacts['modules'][number];

/** Facts of probe `edac`: error counts since boot, or since somebody reset them. */
export const edacFactsSchema = z.object({
  controllers: z.array(
    z.object({
      name: z.string(),
      /** The driver's name of it, e.g. `Skylake Socket#0 IMC#0` or `ghes_edac`. */
      title: text,
      sizeBytes: number,
      correctedErrors: number,
      uncorrectedErrors: number,
      /** Errors that could not be put down to a module. */
      correctedUnplaced: number,
      uncorrectedUnplaced: number,
      secondsSinceReset: number,
      modules: z.array(
        z.object({
          name: z.string(),
          label: text,
          location: text,
          sizeBytes: number,
          correctedErrors: number,
          uncorrectedErrors: number,
        }),
      ),
    }),
  ),
  /** The firmware handles memory errors first (ACPI HEST): without controllers here they are told in the BMC's log. */
  isFirmwareFirst: z.boolean().nullable(),
});
export type EdacFacts = z.infer<typeof edacFactsSchema>;

export const protectionNames = [
  'sgx',
  'tdx-host',
  'tdx-guest',
  'sme',
  'sev',
  'sev-es',
  'sev-snp',
  'sev-guest',
] as const;
export const protectionStates = ['in-use', 'enabled', 'present', 'not-available', 'unknown'] as const;
export const protectionReasons = [
  'cpu-lacks-it',
  'cpu-flag-only',
  'kernel-parameter-off',
  'kernel-parameter-on',
  'module-not-loaded',
  'device-there',
  'no-device',
  'memory-reserved',
  'is-guest',
  'not-a-guest',
  'boot-parameter-on',
  'other-vendor',
] as const;

/** Facts of probe `platform-security`: TPM, Secure Boot and what protects memory from the host or the owner. */
export const platformSecurityFactsSchema = z.object({
  secureBoot: z.enum(['enabled', 'disabled', 'setup-mode', 'legacy-boot', 'unknown']),
  tpm: z.object({
    isPresent: z.boolean().nullable(),
    /** `2.0` or `1.2`. */
    version: text,
  }),
  /** `present`: the processor offers it; `enabled`: firmware and kernel have it on; `in-use`: this system runs inside it. */
  protections: z.array(
    z.object({
      name: z.enum(protectionNames),
      state: z.enum(protectionStates),
      reason: z.enum(protectionReasons),
    }),
  ),
  /** Memory set aside for SGX enclaves. */
  sgxMemoryBytes: number,
});
export type PlatformSecurityFacts = z.infer<typeof platformSecurityFactsSchema>;
