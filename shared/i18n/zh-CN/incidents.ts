import type { Catalogue } from '../catalogue';
import type { incidents as english } from '../en/incidents';

export const incidents: Catalogue<typeof english> = {
  isClosed: '事件 INC-{{number}} 已关闭。如需添加内容，请先重新打开。',
  isOpen: '事件 INC-{{number}} 已经是打开状态。',
  noProfile: '该节点没有可供比较的配置基线。',
};
