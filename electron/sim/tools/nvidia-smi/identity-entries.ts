import type { NodeModel } from '../../model/node-model';
import { type Entry, entry, mib, NONE } from './entry';
import type { GpuReading } from './reading';

export function identityEntries(model: NodeModel, reading: GpuReading, branch: number): Entry[] {
  const { gpu, isMigEnabled } = reading;
  const { card } = gpu.slot;
  const mig = card.supportsMig ? (isMigEnabled ? 'Enabled' : 'Disabled') : NONE;
  const virtualization = model.profile.virtualization === 'none' ? 'None' : 'Pass-Through';
  return [
    entry('product_name', 'Product Name', card.productName),
    entry('product_brand', 'Product Brand', card.brand),
    entry('product_architecture', 'Product Architecture', card.architecture),
    entry('display_mode', 'Display Mode', branch >= 580 ? 'Requested functionality has been deprecated' : 'Disabled'),
    ...(branch >= 580 ? [entry('display_attached', 'Display Attached', 'No')] : []),
    entry('display_active', 'Display Active', 'Disabled'),
    entry('persistence_mode', 'Persistence Mode', gpu.isPersistent ? 'Enabled' : 'Disabled'),
    entry('addressing_mode', 'Addressing Mode', branch >= 590 && model.profile.hasOpenKernelModule ? 'HMM' : 'None'),
    entry('mig_mode', 'MIG Mode', [entry('current_mig', 'Current', mig), entry('pending_mig', 'Pending', mig)]),
    ...migEntries(model, reading),
    entry('accounting_mode', 'Accounting Mode', 'Disabled'),
    entry('accounting_mode_buffer_size', 'Accounting Mode Buffer Size', '4000'),
    entry('driver_model', 'Driver Model', [entry('current_dm', 'Current', NONE), entry('pending_dm', 'Pending', NONE)]),
    entry('serial', 'Serial Number', card.supportsMig ? gpu.serial : gpu.serial.slice(0, 13)),
    entry('uuid', 'GPU UUID', gpu.uuid),
    entry('minor_number', 'Minor Number', String(gpu.index)),
    entry('vbios_version', 'VBIOS Version', gpu.vbiosVersion),
    entry('multigpu_board', 'MultiGPU Board', 'No'),
    entry('board_id', 'Board ID', `0x${Number.parseInt(gpu.slot.busId.slice(9, 11), 16).toString(16)}00`),
    entry('board_part_number', 'Board Part Number', card.boardPartNumber),
    entry('gpu_part_number', 'GPU Part Number', card.gpuPartNumber),
    entry('gpu_fru_part_number', 'FRU Part Number', NONE),
    ...platformEntries(gpu.moduleId, branch),
    entry('inforom_version', 'Inforom Version', [
      entry('img_version', 'Image Version', card.inforomImage),
      entry('oem_object', 'OEM Object', '2.1'),
      entry('ecc_object', 'ECC Object', card.eccObject),
      entry('pwr_object', 'Power Management Object', NONE),
    ]),
    entry('gpu_operation_mode', 'GPU Operation Mode', [
      entry('current_gom', 'Current', NONE),
      entry('pending_gom', 'Pending', NONE),
    ]),
    ...(branch >= 550 ? [entry('c2c_mode', 'GPU C2C Mode', card.architecture === 'Hopper' ? 'Disabled' : NONE)] : []),
    entry('gpu_virtualization_mode', 'GPU Virtualization Mode', [
      entry('virtualization_mode', 'Virtualization Mode', virtualization),
      entry('host_vgpu_mode', 'Host VGPU Mode', NONE),
      ...(branch >= 550 ? [entry('vgpu_heterogeneous_mode', 'vGPU Heterogeneous Mode', NONE)] : []),
    ]),
    ...(branch < 570
      ? [
          entry('gpu_reset_status', 'GPU Reset Status', [
            entry('reset_required', 'Reset Required', reading.needsReset ? 'Yes' : 'No'),
            entry('drain_and_reset_recommended', 'Drain and Reset Recommended', 'No'),
          ]),
        ]
      : []),
    ...(branch >= 565
      ? [entry('gpu_recovery_action', 'GPU Recovery Action', reading.needsReset ? 'Drain and Reset' : 'None')]
      : []),
    entry('gsp_firmware_version', 'GSP Firmware Version', model.profile.driverVersion ?? NONE),
  ];
}

function platformEntries(moduleId: number, branch: number): Entry[] {
  if (branch < 560) return [entry('gpu_module_id', 'Module ID', String(moduleId))];
  return [
    entry('platformInfo', 'Platform Info', [
      entry('chassis_serial_number', 'Chassis Serial Number', NONE),
      entry('slot_number', 'Slot Number', NONE),
      entry('tray_index', 'Tray Index', NONE),
      entry('host_id', 'Host ID', NONE),
      entry('peer_type', 'Peer Type', NONE),
      entry('module_id', 'Module Id', String(moduleId)),
      entry('gpu_fabric_guid', 'GPU Fabric GUID', NONE),
    ]),
  ];
}

function migEntries(model: NodeModel, reading: GpuReading): Entry[] {
  if (!reading.isMigEnabled) return [{ ...entry('mig_devices', 'MIG Devices', 'None'), only: 'xml' }];
  const devices = reading.gpu.migInstances
    .filter(({ hasCompute }) => hasCompute)
    .map(({ index, spec }) => {
      const used = model.memoryUsedMib(reading.gpu, spec.gpuInstanceId);
      return entry('mig_device', 'MIG Device', [
        entry('index', 'Index', String(index)),
        entry('gpu_instance_id', 'GPU Instance ID', String(spec.gpuInstanceId)),
        entry('compute_instance_id', 'Compute Instance ID', '0'),
        entry('device_attributes', 'Device Attributes', [
          entry('shared', 'Shared', [
            entry('multiprocessor_count', 'Multiprocessor count', String(spec.multiprocessors)),
            entry('copy_engine_count', 'Copy Engine count', String(spec.copyEngines)),
            entry('encoder_count', 'Encoder count', '0'),
            entry('decoder_count', 'Decoder count', String(spec.decoders)),
            entry('ofa_count', 'OFA count', '0'),
            entry('jpg_count', 'JPG count', '0'),
          ]),
        ]),
        entry('ecc_error_count', 'ECC Errors', [
          entry('volatile_count', 'Volatile', [entry('sram_uncorrectable', 'SRAM Uncorrectable', '0')]),
        ]),
        entry('fb_memory_usage', 'Shared FB Memory Usage', [
          entry('total', 'Total', mib(spec.memoryTotalMib)),
          entry('reserved', 'Reserved', mib(0)),
          entry('used', 'Used', mib(used)),
          entry('free', 'Free', mib(Math.max(0, spec.memoryTotalMib - used))),
        ]),
        entry('bar1_memory_usage', 'Shared BAR1 Memory', [
          entry('total', 'Total', mib(spec.bar1TotalMib)),
          entry('used', 'Used', mib(0)),
          entry('free', 'Free', mib(spec.bar1TotalMib)),
        ]),
      ]);
    });
  return [
    { ...entry('mig_devices', '', devices), only: 'xml' },
    ...devices.map((device) => ({ ...device, only: 'text' as const })),
  ];
}

export function pciEntries(reading: GpuReading): Entry[] {
  const { gpu } = reading;
  const { card, busId } = gpu.slot;
  const generation = String(card.pciGeneration);
  const traffic = reading.isIdle ? 500 : 9000 + gpu.utilizationPercent * 1100;
  return [
    entry('ibmnpu', 'IBMNPU', [entry('relaxed_ordering_mode', 'Relaxed Ordering Mode', NONE)]),
    entry('pci', 'PCI', [
      entry('pci_bus', 'Bus', busId.slice(9, 11)),
      entry('pci_device', 'Device', busId.slice(12, 14)),
      entry('pci_domain', 'Domain', busId.slice(4, 8)),
      entry('pci_base_class', 'Base Classcode', '3'),
      entry('pci_sub_class', 'Sub Classcode', card.pciSubclass),
      entry('pci_device_id', 'Device Id', card.pciDeviceId),
      entry('pci_bus_id', 'Bus Id', busId),
      entry('pci_sub_system_id', 'Sub System Id', card.pciSubsystemId),
      entry('pci_gpu_link_info', 'GPU Link Info', [
        entry('pcie_gen', 'PCIe Generation', [
          entry('max_link_gen', 'Max', generation),
          entry('current_link_gen', 'Current', String(reading.link.generation)),
          entry('device_current_link_gen', 'Device Current', String(reading.link.generation)),
          entry('max_device_link_gen', 'Device Max', generation),
          entry('max_host_link_gen', 'Host Max', generation),
        ]),
        entry('link_widths', 'Link Width', [
          entry('max_link_width', 'Max', `${card.pciWidth}x`),
          entry('current_link_width', 'Current', `${reading.link.width}x`),
        ]),
      ]),
      entry('pci_bridge_chip', 'Bridge Chip', [
        entry('bridge_chip_type', 'Type', NONE),
        entry('bridge_chip_fw', 'Firmware', NONE),
      ]),
      entry('replay_counter', 'Replays Since Reset', String(gpu.replays)),
      entry('replay_rollover_counter', 'Replay Number Rollovers', '0'),
      entry('tx_util', 'Tx Throughput', `${Math.round(traffic)} KB/s`),
      entry('rx_util', 'Rx Throughput', `${Math.round(traffic * 1.7)} KB/s`),
      entry('atomic_caps_inbound', 'Atomic Caps Inbound', NONE),
      entry('atomic_caps_outbound', 'Atomic Caps Outbound', NONE),
    ]),
  ];
}
