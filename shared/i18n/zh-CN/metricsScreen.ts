import type { Catalogue } from '../catalogue';
import type { metricsScreen as English } from '../en/metricsScreen';

export const metricsScreen: Catalogue<typeof English> = {
  title: '指标',
  info: '{{count}} / {{total}} 个节点',
  empty: '没有可比较的节点',
  emptyDetail: '请先添加节点；节点连接期间会持续采样。',
  form: '曲线或百分位',
  subjects: '已选 {{shown}} / {{total}}',
  subjectsTitle: 'GPU、磁盘、端口与服务',
  searchSubjects: '按节点、名称或 GPU UUID 查找',
  everything: '全部',
  onlyFound_other: '仅这 {{count}} 个',
  moreSubjects: '另有 {{count}} 个，可输入关键词查找。',
  noMetrics: '未选择指标',
  noMetricsDetail: '请在右上方选择；每项指标一张图表。',
  noNodes: '没有符合筛选条件的节点',
  noNodesDetail: '请修改筛选条件，或清空以比较所有节点。',
  nothing: '这些节点都没有给出所选指标',
  nothingDetail: '节点在连接且受监测期间才有采样。',
  annotationsCut: '事件过多，最早的未显示。缩短时间范围即可全部显示。',
  closeChart: '关闭 {{metric}} 图表',
  export: '导出',
  exportAs: {
    png: '图片（PNG）',
    svg: '图片（SVG）',
    csv: '精确采样（CSV）',
    json: '精确采样（JSON，每行一个）',
  },
  saved: '已保存为 {{path}}',
  tooMuch: '采样超过 64 MiB：请缩小范围，或使用没有限制的“gantry telemetry export”。',
};
