import type { NodeModel } from '../model/node-model';
import { gigatransfers } from '../model/pci-links';
import { type PciBar, pciPath, pciTree, type SimPciFunction } from '../model/pci-tree';
import { cpuList } from '../tools/nvidia-smi/topology';
import { lines } from '../tools/tool';
import type { FileEntry } from './file-entry';

type Entries = [string, FileEntry][];

/** Everything below /sys/bus/pci and the folders of /sys/devices that it points to. */
export function pciFiles(model: NodeModel): Entries {
  const tree = pciTree(model);
  const isPhysical = model.profile.virtualization === 'none';
  const drivers = new Set(tree.flatMap(({ driver }) => driver ?? []));
  const unit = model.profile.cpu.vendorId === 'AuthenticAMD' ? 'ivhd0' : 'dmar0';
  return [
    ...tree.flatMap((one, group) => functionFiles(model, tree, one, isPhysical ? group : null)),
    ...[...drivers].map((driver): [string, FileEntry] => [`/sys/bus/pci/drivers/${driver}/uevent`, '\n']),
    ...(isPhysical ? ([[`/sys/class/iommu/${unit}/uevent`, '\n']] as Entries) : []),
  ];
}

function functionFiles(
  model: NodeModel,
  tree: readonly SimPciFunction[],
  one: SimPciFunction,
  group: number | null,
): Entries {
  const folder = pciPath(tree, one.address);
  const up = '../'.repeat(folder.split('/').length - 2);
  const [vendor, device] = one.ids.split(':');
  const [subsystemVendor, subsystemDevice] = one.subsystemIds.split(':');
  const files: Record<string, string | number> = {
    vendor: `0x${vendor}`,
    device: `0x${device}`,
    subsystem_vendor: `0x${subsystemVendor}`,
    subsystem_device: `0x${subsystemDevice}`,
    class: `0x${one.classCode}`,
    revision: `0x${one.revision}`,
    numa_node: one.numaNode,
    power_state: one.isLost ? 'unknown' : 'D0',
    'power/runtime_status': 'active',
    uevent: lines(...(one.driver === null ? [] : [`DRIVER=${one.driver}`]), `PCI_SLOT_NAME=${one.address}`).trimEnd(),
    ...(one.numaNode >= 0 ? { local_cpulist: cpuList(model, one.numaNode) } : {}),
    ...(one.totalVirtualFunctions === null ? {} : { sriov_numvfs: 0, sriov_totalvfs: one.totalVirtualFunctions }),
    ...linkFiles(one),
    ...(one.bars.length > 0 ? { resource: resources(one.bars, tree.indexOf(one)) } : {}),
  };
  return [
    [`/sys/bus/pci/devices/${one.address}`, { link: `../../../${folder.slice('/sys/'.length)}` }],
    ...Object.entries(files).map(([name, value]): [string, FileEntry] => [`${folder}/${name}`, `${value}\n`]),
    ...(one.driver === null ? [] : ([[`${folder}/driver`, { link: `${up}bus/pci/drivers/${one.driver}` }]] as Entries)),
    ...(group === null
      ? []
      : ([
          [`${folder}/iommu_group`, { link: `${up}kernel/iommu_groups/${group}` }],
          [`/sys/kernel/iommu_groups/${group}/type`, 'identity\n'],
        ] as Entries)),
  ];
}

function linkFiles(one: SimPciFunction): Record<string, string | number> {
  if (one.capability === null) return {};
  const speed = (generation: number): string => `${gigatransfers({ generation })} PCIe`;
  // The registers of a device that is off the bus read as ones.
  const link = one.isLost
    ? { current_link_speed: 'Unknown', current_link_width: 63, max_link_speed: 'Unknown', max_link_width: 63 }
    : {
        current_link_speed: speed(one.trained?.generation ?? 1),
        current_link_width: one.trained?.width ?? 0,
        max_link_speed: speed(one.capability.generation),
        max_link_width: one.capability.width,
      };
  const correctable = one.correctableErrors;
  return {
    ...link,
    aer_dev_correctable: errorLines(
      {
        RxErr: Math.floor(correctable / 8),
        BadTLP: correctable - Math.floor(correctable / 8),
        BadDLLP: 0,
        Rollover: 0,
        Timeout: 0,
      },
      'TOTAL_ERR_COR',
    ),
    aer_dev_nonfatal: errorLines({ DLP: 0, TLP: 0, CmpltTO: 0, UnsupReq: 0 }, 'TOTAL_ERR_NONFATAL'),
    aer_dev_fatal: errorLines({ DLP: 0, SDES: 0, TLP: 0 }, 'TOTAL_ERR_FATAL'),
  };
}

function errorLines(kinds: Readonly<Record<string, number>>, total: string): string {
  const sum = Object.values(kinds).reduce((all, count) => all + count, 0);
  return [...Object.entries(kinds), [total, sum]].map((pair) => pair.join(' ')).join('\n');
}

/** Six registers, the ROM and the windows of virtual functions, as the kernel prints start, end and flags. */
function resources(bars: readonly PciBar[], place: number): string {
  const wide = (value: number | bigint): string => `0x${value.toString(16).padStart(16, '0')}`;
  return Array.from({ length: 13 }, (_, index) => {
    const bar = bars.find((each) => each.index === index);
    if (!bar) return `${wide(0)} ${wide(0)} ${wide(0)}`;
    const first = (0x20n << 40n) + (BigInt(place) << 38n) + (BigInt(index) << 34n);
    const last = first + BigInt(Math.round(bar.sizeMib * 1024 * 1024)) - 1n;
    return `${wide(first)} ${wide(last)} ${wide(bar.isPrefetchable ? 0x14220c : 0x140204)}`;
  }).join('\n');
}
