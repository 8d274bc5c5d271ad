import type { Catalogue } from '../catalogue';
import type { diagnosis as english } from '../en/diagnosis';

export const diagnosis: Catalogue<typeof english> = {
  states: {
    collecting: '正在采集事实',
    waiting: '等待回答',
    concluded: '已得出结论',
    failed: '失败',
    cancelled: '已取消',
  },
  interrupted: '采集事实时 Gantry 停止了运行。请重新开始诊断。',
  hostUnavailable: '无法连接节点（{{code}}），因此没有作出任何判断。',
  collectFailed: '无法采集事实：{{detail}}',
  noSuchBranch: '步骤 {{stepId}} 没有分支 {{branchId}}。',
  stepNotVisited: '诊断路径没有经过步骤 {{stepId}}。',
  notWaitingThere: '诊断没有在步骤 {{stepId}} 等待回答。',
  stillCollecting: '仍在采集事实。',
  alreadyOver: '该诊断已经结束。',
  missingAnswer: '字段“{{field}}”需要一个值，或者选择“不知道”。',
  badAnswer: '“{{field}}”的值不合适：{{detail}}',
  treeGone: '诊断树 {{treeId}} 已不存在。',
  engine: {
    unknownValue: '未知',
    next: '然后',
    otherwise: '以上都不是',
    unknown: '无法判断',
    forced: '手动选择，用于查看后续会怎样',
    listSeparator: '、',
    otherChoice: '其他',
    missingFacts: '未知：{{what}}',
    notReported: '{{what}}（未报告）',
    probesMissing: '没有得到以下探针的事实：{{what}}',
    noAnswer: '没有给出回答',
    allProbesOk: '事实齐全：{{what}}',
  },
};
