import type { Catalogue } from '../catalogue';
import type { replay as english } from '../en/replay';

export const replay: Catalogue<typeof english> = {
  title: '回放',
  past: '这是过去的数据',
  start: '回放所示时段',
  lastHour: '回放最近一小时',
  follow: '回放时刻',
  live: '显示的是回放时刻的值。进程没有记录。',
  measured: '测于 {{time}}',
  play: '播放（空格）',
  pause: '暂停（空格）',
  next: '下一个事件（Page Down）',
  before: '上一个事件（Page Up）',
  speed: '速度',
  scrubber: '显示的时刻',
  toLive: '回到实时（Esc）',
  firing_other: '当时有 {{count}} 个告警触发',
  noneFiring: '当时没有告警触发',
  sums: '{{length}} 汇总',
  sumsHelp: '在此速度下，或因当时的单个采样已不再保留，显示的是这段时长内的平均值。',
  nothingYet: '此前还没有发生任何事件',
  nothing: '这段时间没有发生任何事件',
  cut: '还有未标出的事件',
  showsNow: '此屏幕显示的是现在；只有告警是当时的。',
  noActions: '回放过去时不会更改任何节点。请先回到实时。',
};
