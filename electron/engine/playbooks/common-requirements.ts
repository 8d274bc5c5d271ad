import type { z } from 'zod';
import type { requirementSchema } from './playbook-schema';

/** What many playbooks require of a node, by the name that stands for it: `requires: [machine, gpu]`. The facts are named in `probes`. */
export const commonRequirements: Readonly<Record<string, Omit<z.infer<typeof requirementSchema>, 'id'>>> = {
  machine: {
    title: { en: 'A machine of its own', 'zh-CN': '独立的机器' },
    pass: 'machineKind(os) in ["bare-metal", "virtual-machine"]',
    failed: {
      en: "This is {{ machineKind(os) }}: its kernel, driver, clock and disks are the host's. Set up the host.",
      'zh-CN': '这是 {{ machineKind(os) }}，内核、驱动、时钟和磁盘由宿主机提供。请在宿主机上设置。',
    },
  },
  gpu: {
    title: { en: 'NVIDIA GPU', 'zh-CN': 'NVIDIA GPU' },
    pass: 'gpuDevices.devices.exists(device, device.kind == "gpu" && device.vendorId == "10de")',
    failed: {
      en: 'No NVIDIA GPU is on the PCI bus of this node.',
      'zh-CN': '此节点的 PCI 总线上没有 NVIDIA GPU。',
    },
  },
};
