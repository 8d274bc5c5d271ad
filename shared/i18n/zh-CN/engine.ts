import type { Catalogue } from '../catalogue';
import type { engine as english } from '../en/engine';

export const engine: Catalogue<typeof english> = {
  databaseKeptAside: '数据库已损坏,已另存为 {{file}},并新建了一个数据库;保存的主机和事件仍在旧文件中。',
  demoNotIncluded: '此版本的 Gantry 不包含演示集群。',
};
