import type { Catalogue } from '../catalogue';
import type { incidents as english } from '../en/incidents';

export const incidents: Catalogue<typeof english> = {
  isClosed: '事件 INC-{{number}} 已关闭。如需添加内容，请先重新打开。',
  isOpen: '事件 INC-{{number}} 已经是打开状态。',
  noProfile: '该节点没有可供比较的配置基线。',
  fileTooLarge: '文件大于 {{mib}} MiB，请自行复制。',
  fileUnreadable: '无法在节点上读取该文件：{{path}}（{{reason}}）',
  fileChanged: '取回期间文件发生了变化：{{path}}。请重新取回。',
  isFetching: '正在取回：{{path}}',
};
