import type { Catalogue } from '../catalogue';
import type { profiles as english } from '../en/profiles';

export const profiles: Catalogue<typeof english> = {
  builtIn: '配置基线 {{id}} 为内置，不能修改或删除。请为您的基线使用其他 id。',
  notRead: '尚未从该节点读取任何内容。',
  empty: '没有为配置基线选择该节点的任何内容。',
  wanted: {
    equals: '{{value}}',
    'one-of': '{{value}} 之一',
    like: '{{value}}',
    between: '{{value}} 至 {{other}}',
    'at-least': '至少 {{value}}',
    'at-most': '至多 {{value}}',
  },
  title: {
    missing: '{{kind}}：找到 {{found}}，应为 {{wanted}}',
    extra: '{{kind}}：找到 {{found}}，应为 {{wanted}}',
    unread: '{{kind}}：无法读取',
    unknown: '{{kind}}：无法读取{{attribute}}（{{count}}）',
    value_other: '{{kind}}：{{attribute}}为 {{found}}（{{count}} 个），应为 {{wanted}}',
  },
  explanation: {
    missing:
      '配置基线 {{profile}} 要求 {{model}} 数量为 {{wanted}}，实际响应 {{found}}。缺失的硬件可能未插好、已损坏、在 BIOS 中被禁用，或被驱动丢失。',
    emptySlots: '空插槽：{{slots}}。',
    extra: '配置基线 {{profile}} 要求 {{model}} 数量为 {{wanted}}，实际为 {{found}}。',
    state: '部件存在但不能工作：状态为 {{found}}，{{profile}} 要求 {{wanted}}。',
    model: '该位置是另一个部件：{{found}}，{{profile}} 要求 {{wanted}}。',
    link: '链路低于 {{profile}} 的要求：{{found}}，应为 {{wanted}}。部件未插紧、转接卡、线缆或端口设置会限制链路，使传输变慢。',
    firmware:
      '固件为 {{found}}，{{profile}} 要求 {{wanted}}。固件不同的部件在相同负载下表现不同，已知缺陷可能只在其中一个版本中修复。',
    power: '功率上限为 {{found}}，{{profile}} 要求 {{wanted}}。上限偏低会损失频率；偏高则超出机柜规划的热量与功率。',
    ecc: 'ECC 为 {{found}}，{{profile}} 要求 {{wanted}}。没有 ECC 时，内存错误不会被发现，并会进入计算结果。',
    driver: '版本为 {{found}}，{{profile}} 要求 {{wanted}}。同一作业中版本不同的节点会以难以定位的方式失败。',
    setting: '当前为 {{found}}，{{profile}} 要求 {{wanted}}。',
    unknown: '{{profile}} 要求为 {{wanted}}，但无法读取实际值。这不表示一切正常。',
    unread: '配置基线 {{profile}} 规定了应有的部件，但没有探针能读取。这不表示一切正常。',
  },
  fromNode: '于 {{date}} 从节点 {{node}} 生成',
};
