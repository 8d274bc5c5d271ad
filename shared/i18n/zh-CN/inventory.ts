import type { Catalogue } from '../catalogue';
import type { inventory as english } from '../en/inventory';

export const inventory: Catalogue<typeof english> = {
  bundleNotRecognised: '该文件不是采集脚本（gantry collect）的输出。',
  bundleTooNew: '该采集包由更新版本的 Gantry 生成（格式 {{format}}）。',
  bundleTooLarge: '该文件过大，不可能是采集包。',
  bundleDamaged: '该压缩文件已损坏。',
  bundleCut: '该采集包在最后一条命令之前就结束了，缺少的部分显示为未读取。如需完整数据，请重新采集。',
  bundleEmpty: '该采集包不含任何命令：采集尚未开始就已结束。',

  attentionGpuLost: 'GPU {{index}}（{{pciBusId}}）已丢失。',
  attentionGpuRequiresReset: 'GPU {{index}}（{{pciBusId}}）需要复位。',
  attentionRowRemapFailed: 'GPU {{index}}（{{pciBusId}}）：显存行重映射失败。',
  attentionEccUncorrected: 'GPU {{index}}（{{pciBusId}}）：驱动加载以来有 {{count}} 个不可纠正的 ECC 错误。',
  attentionRowRemapPending: 'GPU {{index}}（{{pciBusId}}）：有显存行等待重映射，重置 GPU 后完成。',
  attentionRetirementPending: 'GPU {{index}}（{{pciBusId}}）：有显存页等待停用，重置 GPU 后完成。',
  attentionSramThreshold: 'GPU {{index}}（{{pciBusId}}）：SRAM 错误超过允许的数量，应更换。',
  attentionMemoryUnrepairable: 'GPU {{index}}（{{pciBusId}}）：显存已无法修复。',
  attentionNvlinkDown: 'GPU {{index}}：{{total}} 条 NVLink 中有 {{active}} 条活动。',
  attentionFabricManagerDown: 'Fabric Manager 未运行：NVSwitch 后面的 GPU 无法使用。',
  attentionFabricManagerVersion: 'Fabric Manager {{version}} 与驱动版本（{{driver}}）不一致。',
  attentionSlowdown: 'GPU {{index}}（{{pciBusId}}）正在降频：{{reasons}}。',
  attentionXid: '最近 24 小时内核日志中的 Xid 错误：{{count}} 个，最近一个为 {{pciBusId}} 上的 Xid {{xid}}。',
  attentionFileSystemFull: '文件系统 {{mountPoint}} 已使用 {{percent}} %。',
  attentionPortLost: 'RDMA 端口 {{name}} 的链路已断开（{{detail}}）。',
  attentionPortNotActive: 'RDMA 端口 {{name}} 有链路但未激活（{{detail}}）：子网管理器是否已发现它？',
  attentionLinkLost: '接口 {{name}} 已启用但没有链路。',
  attentionBondMemberDown: '绑定 {{name}}：其成员 {{detail}} 已断开。',
  attentionBondNoPartner: '绑定 {{name}}：没有交换机应答其 LACP。',
  attentionClock: '该节点的时钟偏差为 {{seconds}} 秒。',
  attentionProfile_other: '与配置基线有 {{count}} 处不同。',
};
