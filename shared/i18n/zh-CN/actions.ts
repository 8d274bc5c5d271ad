import type { Catalogue } from '../catalogue';
import type { actions as english } from '../en/actions';

export const actions: Catalogue<typeof english> = {
  planUsed: '此计划已经执行过。要再次执行，请重新生成计划。',
  planExpired: '此计划已超过十分钟。请重新生成并再次查看。',
  planOtherFingerprint: '确认的内容与此计划不一致。请再次查看计划。',
  planBlocked: '此计划有检查未通过，因此不会执行。',
  planOutdated: '生成计划后节点发生了变化。未做任何更改；请重新生成计划并再次查看。',
  hostBusy: '另一个操作正在更改此节点，请等待其完成。',
  bundleHost: '这是导入的离线采集数据，不是节点，无法对其做任何更改。',
  invalidParameter: '{{name}} 的值不可用：{{problem}}',
  undoImpossible: '没有可以撤销的内容。',
  notRunning: '此操作已不在运行。',
  notInterrupted: '此操作的结果已知，无需询问节点。',
  runElsewhere: '本工作站上的另一个 Gantry（应用或命令行）正在执行此操作。',
  connectionLost: '执行过程中连接中断（{{code}}）。请询问节点发生了什么；不会自动重复执行。',
  engineStopped: '执行过程中 Gantry 被终止。请询问节点发生了什么；不会自动重复执行。',
  stepFailed: '有一个步骤失败；其后的步骤没有开始。',
  stepUnknown: '有一条命令未按时返回。请询问节点发生了什么；不会自动重复执行。',
  cancelled: '已取消。',
  notApplied: '节点表示操作没有生效。',
  partlyApplied: '操作只完成了一部分。',
  undoFailed: '无法恢复原状。',
  unexpected: '发生意外错误：{{detail}}。请询问节点发生了什么。',
};
