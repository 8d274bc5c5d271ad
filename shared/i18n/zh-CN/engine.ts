import type { Catalogue } from '../catalogue';
import type { engine as english } from '../en/engine';

export const engine: Catalogue<typeof english> = {
  databaseKeptAside: '数据库已损坏，已另存为 {{file}}，并新建了一个数据库；保存的主机和事件仍在旧文件中。',
  samplesKeptAside: '遥测采样文件已损坏。原文件保留为 {{file}}，并已新建一个文件。',
  samplesKeptElsewhere: '另一个 Gantry 正在保存此数据文件夹的采样。在它结束之前，这里只显示实时数值，不保存采样。',
  samplesGivenUp: '遥测采样已占满磁盘上为其预留的 {{gigabytes}} GB：最旧的采样将被舍弃，为新采样腾出空间。',
  secretNotSaved: '有密码或口令未能保存（{{detail}}），仅在 Gantry 退出前有效。',
  secretRefused: '本工作站的钥匙串未能保存密码或口令，仅在 Gantry 退出前有效。',
  demoImpossible: '模拟节点无法做到：{{detail}}。',
  demoNotIncluded: '此版本的 Gantry 不包含演示集群。',
};
