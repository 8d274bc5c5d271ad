import type { Catalogue } from '../catalogue';
import type { cli as english } from '../en/cli';

export const cli: Catalogue<typeof english> = {
  hostUnknown: '没有名为 {{host}} 的主机。用 `gantry host list` 查看。',
  hostAmbiguous: '有多台主机名为 {{host}}。请使用 `gantry host list` 中的 id。',
  aliasUnknown: 'ssh config 中没有 {{alias}}。用 `gantry host ssh-config` 查看。',
  addressMissing: '请给出地址（如 user@node:22）、--local 或 --from-ssh-config ALIAS。',
  incidentUnknown: '没有事件 {{incident}}。用 `gantry incident list` 查看。',
  notFound: '不存在 {{what}} {{id}}。',
  outputFailed: '输出未能写完（{{detail}}）。请在输出位置释放一些空间，或输出到别处，然后重新运行。',
  cancelled: '已取消。',
  nothing: '没有可列出的内容。',
  auditBroken: '审计日志的链已断开：有条目在外部被更改或删除。',
  connectionCut: '读取完成之前连接已断开：{{total}} 个探测中有 {{ok}} 个成功。',
  noProbeOk: '节点有应答，但没有任何探测能读出结果。',
  refreshFailed: '{{total}} 个节点中有 {{count}} 个无法判断。',
  simVerbs: '可用命令：inject NODE FAULT、clear NODE [FAULT]、list。',
  stdinMissing: '请从标准输入给出记录的输出，例如 `gantry probe parse gpu < nvidia-smi.xml`。',
  answerMalformed: '{{answer}} 不符合 STEP.FIELD=VALUE 的形式。',
  parameterMalformed: '{{parameter}} 不符合 NAME=VALUE 的形式。',
  planBlocked: '有检查未通过，未执行任何操作。',
  confirmMissing: '未执行任何操作。加上 --yes 以执行此计划。',
  noUndo: '此操作无法撤销。',
  askHostKey: '{{target}} 尚未被信任。其 {{keyType}} 密钥指纹为 {{fingerprint}}。是否信任？(yes/no)',
  simReady: '模拟集群已启动，按 Ctrl-C 结束。命令：inject NODE FAULT、clear NODE [FAULT]、list。',
  simUnknownNode: '没有名为 {{node}} 的模拟节点。',
  simUnknownFault: '没有故障 {{fault}}。用 `gantry sim list` 查看。',
};
