import type { Catalogue } from '../catalogue';
import type { parts as english } from '../en/parts';

export const parts: Catalogue<typeof english> = {
  kind: {
    node: '节点',
    cpu: '处理器',
    dimm: '内存条',
    gpu: 'GPU',
    nvswitch: 'NVSwitch',
    nic: '网络适配器',
    disk: '磁盘',
    tape: '磁带设备',
    'power-supply': '电源',
    fan: '风扇',
    bmc: 'BMC',
    ups: 'UPS',
    'pci-link': 'PCIe 链路',
    software: '软件',
  },
  attribute: {
    identity: '序列号',
    model: '型号',
    slot: '插槽',
    uuid: 'UUID',
    boardPartNumber: '板卡部件号',
    vbiosVersion: 'VBIOS',
    memoryTotalBytes: '内存',
    powerLimitW: '功率上限',
    eccMode: 'ECC',
    migMode: 'MIG',
    isPersistenceModeOn: '持久模式',
    correctedAggregate: 'ECC 已纠正错误',
    uncorrectedAggregate: 'ECC 不可纠正错误',
    remappedRows: '已重映射行',
    retiredPages: '已停用页',
  },
};
