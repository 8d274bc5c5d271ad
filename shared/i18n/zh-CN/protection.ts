import type { Catalogue } from '../catalogue';
import type { protection as english } from '../en/protection';

export const protection: Catalogue<typeof english> = {
  notRead: '无法读取该节点的功率上限：{{detail}}',
  noGpu: '该节点未列出任何 NVIDIA GPU，保护功能无事可做。',
  fixedLimit: '该节点的功率上限和时钟均无法降低，保护功能无事可做。',
  needsClocks: '该节点的功率上限无法降低，只能降低时钟，且须明确同意（--clocks）：恢复时，他人之前的锁定会丢失。',
  needsRoot:
    '保护功能需要以 root 身份设置上限，而当前登录用户没有免密 root 权限。在 sudoers 中加入以下内容即可允许此操作：{{line}}',
  notRestored: '还有 {{count}} 个上限尚未恢复。节点一有响应就会继续尝试，Gantry 重启后也会继续。',
  isHeld: '保护功能已在该节点上设置上限。请先恢复（gantry protection restore）；移除节点后就无法恢复了。',
  mode: { armed: '已启用', 'dry-run': '试运行' },
  nobody: '当前没有执行任何操作：此工作站上没有运行 Gantry 应用。',
  tripped:
    '熔断器自 {{time}} 起断开：五分钟内保护功能在超过 {{count}} 个节点上降低了上限。在有人复位之前（gantry protection breaker --reset）不会再降低任何上限。',
  end: {
    cool: '已降温，上限已恢复',
    time: '时限已到，上限已恢复；如需继续请重新启用',
    failed: '步骤失败，上限已恢复；如需继续请重新启用',
    asked: '已由人工恢复；如需继续请重新启用',
    ended: 'Gantry 已结束，上限已恢复',
    foreign: '上限已被他人更改，保持原样；如需继续请重新启用',
    fixed: '上限无法降低',
  },
  incident: '{{host}} 上的保护',
  held: '已设上限',
  goingBack: '恢复中',
  armed: '{{host}} 已启用保护：从现在起 Gantry 可以降低其 GPU 的上限。',
  dryRun: '{{host}} 正在试运行：将要执行的操作会写入审计日志（gantry action log）。',
  disarmed: '{{host}} 已停用保护。已设置的上限将恢复。',
  restored: '{{count}} 个上限已恢复原状。',
  breaker: '五分钟内最多 {{count}} 个节点（机群的 {{share}} %）。',
};
