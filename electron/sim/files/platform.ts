import type { NodeModel } from '../model/node-model';
import { type PlatformSpec, platformOf } from '../profiles/platform';
import { numaMemory } from '../tools/cpu';
import type { FileEntry } from './file-entry';

type Entries = [string, FileEntry][];

function under(folder: string, files: Readonly<Record<string, string | number>>): Entries {
  return Object.entries(files).map(([name, value]) => [`${folder}/${name}`, `${value}\n`]);
}

/** What the kernel shows of firmware, frequency, huge pages, memory errors and what guards the machine. */
export function platformFiles(model: NodeModel): Entries {
  const platform = platformOf(model.profile);
  return [
    ...hugePageFiles(model),
    ...vulnerabilityFiles(model),
    ...(platform ? [...firmwareFiles(model, platform), ...scalingFiles(model), ...edacFiles(model)] : []),
  ];
}

function hugePageFiles(model: NodeModel): Entries {
  const sizes = [2048, 1_048_576];
  const nodes = Array.from({ length: model.profile.cpu.numaNodes }, (_, node) => node);
  return [
    ...sizes.flatMap((size) =>
      under(`/sys/kernel/mm/hugepages/hugepages-${size}kB`, {
        nr_hugepages: 0,
        free_hugepages: 0,
        resv_hugepages: 0,
        surplus_hugepages: 0,
      }),
    ),
    ...nodes.flatMap((node) =>
      sizes.flatMap((size) =>
        under(`/sys/devices/system/node/node${node}/hugepages/hugepages-${size}kB`, {
          nr_hugepages: 0,
          free_hugepages: 0,
        }),
      ),
    ),
    ...under('/sys/kernel/mm/transparent_hugepage', {
      enabled: 'always [madvise] never',
      defrag: 'always defer defer+madvise [madvise] never',
    }),
  ];
}

function vulnerabilityFiles(model: NodeModel): Entries {
  const isIntel = model.profile.cpu.vendorId === 'GenuineIntel';
  return under('/sys/devices/system/cpu/vulnerabilities', {
    meltdown: 'Not affected',
    l1tf: 'Not affected',
    mds: 'Not affected',
    spec_store_bypass: 'Mitigation: Speculative Store Bypass disabled via prctl',
    spectre_v1: 'Mitigation: usercopy/swapgs barriers and __user pointer sanitization',
    spectre_v2: isIntel
      ? 'Mitigation: Enhanced / Automatic IBRS; IBPB: conditional'
      : 'Mitigation: Retpolines; IBPB: conditional',
    spec_rstack_overflow: isIntel ? 'Not affected' : 'Mitigation: safe RET',
  });
}

function firmwareFiles(model: NodeModel, platform: PlatformSpec): Entries {
  const guid = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
  const { profile } = model;
  const nodes = Array.from({ length: profile.cpu.numaNodes }, (_, node) => node);
  return [
    ...under('/sys/class/dmi/id', {
      product_sku: platform.sku,
      product_family: platform.family,
      board_vendor: profile.vendor,
      board_version: '1.02',
      chassis_vendor: profile.vendor,
      chassis_type: 23,
      bios_vendor: 'American Megatrends International, LLC.',
      bios_date: '04/16/2025',
      bios_release: '5.32',
    }),
    ['/sys/class/dmi/id/board_name', `${platform.board}\n`],
    ['/sys/firmware/efi/fw_platform_size', '64\n'],
    // Four bytes of attributes, then the value.
    [`/sys/firmware/efi/efivars/SecureBoot-${guid}`, `\u0006\0\0\0${platform.isSecureBootOn ? '\u0001' : '\0'}`],
    [`/sys/firmware/efi/efivars/SetupMode-${guid}`, '\u0006\0\0\0\0'],
    ['/sys/firmware/acpi/tables/HEST', { rootOnly: '' }],
    ['/sys/firmware/dmi/entries/38-0/type', '38\n'],
    ['/dev/ipmi0', ''],
    ...under('/sys/class/tpm/tpm0', { tpm_version_major: 2 }),
    ...Object.entries(platform.kvm).map(([path, value]): [string, FileEntry] => [`/sys/module/${path}`, `${value}\n`]),
    ...(platform.sgxBytesPerNode > 0
      ? [
          ...['/dev/sgx_enclave', '/dev/sgx_provision'].map((path): [string, FileEntry] => [path, '']),
          ...nodes.flatMap((node) =>
            under(`/sys/devices/system/node/node${node}/x86`, { sgx_total_bytes: platform.sgxBytesPerNode }),
          ),
        ]
      : []),
  ];
}

function scalingFiles(model: NodeModel): Entries {
  const { cpu } = model.profile;
  const isIntel = cpu.vendorId === 'GenuineIntel';
  const count = cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore;
  return Array.from({ length: count }, (_, index) =>
    under(`/sys/devices/system/cpu/cpufreq/policy${index}`, {
      scaling_driver: isIntel ? 'intel_pstate' : 'acpi-cpufreq',
      scaling_governor: model.settings.governor ?? (isIntel ? 'performance' : 'schedutil'),
      scaling_min_freq: cpu.minMhz * 1000,
      scaling_max_freq: cpu.maxMhz * 1000,
      cpuinfo_max_freq: cpu.maxMhz * 1000,
      ...(isIntel ? { energy_performance_preference: 'performance' } : {}),
    }),
  ).flat();
}

function failingModule(model: NodeModel): NodeModel['dimms'][number] | undefined {
  const fault = model.fault('memory-module-failing');
  return fault && model.dimms[fault.dimm ?? 0];
}

/** One controller a NUMA node, with the modules that are plugged in. */
function edacFiles(model: NodeModel): Entries {
  const { cpu, dimms } = model.profile;
  const root = '/sys/devices/system/edac/mc';
  const perNode = Math.ceil(dimms.length / cpu.numaNodes);
  return Array.from({ length: cpu.numaNodes }, (_, node) => {
    const own = dimms.slice(node * perNode, (node + 1) * perNode);
    return [
      ...under(`${root}/mc${node}`, {
        mc_name: cpu.vendorId === 'GenuineIntel' ? `Sapphire Rapids Socket#${node} IMC#0` : `F19h`,
        size_mb: numaMemory(model, node).totalMib,
        ce_count: 0,
        ue_count: own.some((dimm) => dimm === failingModule(model)) ? 3 : 0,
        ce_noinfo_count: 0,
        ue_noinfo_count: 0,
        seconds_since_reset: Math.floor(model.uptimeSeconds()),
      }),
      ...own.flatMap((dimm, index) =>
        model.dimms.includes(dimm)
          ? under(`${root}/mc${node}/dimm${index}`, {
              dimm_label: `CPU_SrcID#${node}_${dimm.locator.replaceAll(' ', '_')}`,
              dimm_location: `channel ${index} slot 0`,
              size: dimm.sizeMib,
              dimm_ce_count: 0,
              dimm_ue_count: dimm === failingModule(model) ? 3 : 0,
            })
          : [],
      ),
    ];
  }).flat();
}
