import type { Catalogue } from '../catalogue';
import type { rma as english } from '../en/rma';

export const rma: Catalogue<typeof english> = {
  title: '返厂（RMA）',
  lead: '满足任一条件的 GPU 为返厂候选；最终以 NVIDIA 现场诊断为准。',
  criterion: {
    'row-remap-failure': '行重映射失败',
    'sram-threshold': '不可纠正的 SRAM 错误超过上限',
    'memory-unrepairable': '驱动判定显存不可修复',
    'retired-pages': '退役页达到 63',
    'xid-64': '内核日志中有 Xid 64（重映射失败），且标志仍置位',
    'field-diagnostic': '已由 NVIDIA 现场诊断确认',
  },
  rule: {
    'row-remap-failure': '当某个 bank 已有 8 次不可纠正重映射还需再映射、某行需再次映射，或总数达到 512 时置位。',
    'sram-threshold': '同一地址 bank 的不同不可纠正事件超过 4 个（奇偶校验）或 2 个（SECDED）时置位。',
    'memory-unrepairable': '由较新的驱动给出。',
    'retired-pages':
      '适用于 Ampere 之前的 GPU。双比特错误退役页超过 15 且每周新增超过 1 页也算满足，但单次读取无法判断。',
    'xid-64': '复位 GPU 后重映射失败标志仍置位才算。日志中没有并不能证明未发生：日志可能起始较晚。',
    'field-diagnostic': '由 NVIDIA 或其工具执行；Gantry 无法执行。',
  },
  state: { met: '满足', 'not-met': '不满足', unknown: '未知', 'not-applicable': '不适用' },
  column: { criterion: '条件', state: '状态', value: '读取值', source: '来源' },
};
