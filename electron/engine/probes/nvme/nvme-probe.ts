import type { CommandSpec } from '#shared/domain/command';
import type { NvmeController, NvmeFacts } from '#shared/domain/facts/storage';
import { readEach } from '../lib/each';
import { readJson } from '../lib/lines';
import { readNvmeHealth } from '../lib/nvme-health';
import { commandProblem, isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { blankController, mergeControllers, parseNvmeList, parseNvmeSysfs } from './parse-nvme';

/** Starts no other program: a node may have dozens of these. */
const sysfsScript = `show() { for f; do [ -r "$d/$f" ] && read -r v <"$d/$f" && echo "$d/$f:$v"; done; }
for c in /sys/class/nvme/nvme[0-9]*; do
  [ -e "$c" ] || continue
  d=$c; show model serial firmware_rev state transport address numa_node
  for d in "$c"/nvme[0-9]*n[0-9]*; do [ -e "$d" ] && show size nuse queue/logical_block_size; done
done 2>/dev/null
exit 0`;
const sysfs: CommandSpec = { id: 'nvme-sysfs', argv: ['sh', '-c', sysfsScript] };
const list: CommandSpec = { id: 'nvme-list', argv: ['nvme', 'list', '-o', 'json'], timeoutMs: 5000 };
const smartLog: CommandSpec = {
  id: 'smart-log',
  argv: ['nvme', 'smart-log', '{}', '-o', 'json'],
  forEach: '/dev/nvme[0-9] /dev/nvme[0-9][0-9]',
  privilege: 'root',
  timeoutMs: 10_000,
};

export const nvmeProbe = defineProbe({
  id: 'nvme',
  commands: [sysfs, list, smartLog],
  sources: {
    '': 'nvme-sysfs|nvme-list',
    'controllers.health': 'smart-log',
    'controllers.namespaces.usedBytes': 'nvme-list',
  },
  parse(outputs) {
    const output = readCommand(outputs, sysfs);
    const listed = parseNvmeList(outputs[list.id]?.stdout ?? '') ?? [];
    if (isProblem(output) && listed.length === 0) return output;
    const text = isProblem(output) ? '' : output.stdout;
    const known = parseNvmeSysfs(text) ?? parseNvmeList(text) ?? recordedLog(text);
    if (known === null && text.trim() !== '' && !isProblem(output)) return unparsable(sysfs, output);
    const logs = readEach(outputs[smartLog.id]?.stdout ?? '');
    const controllers = mergeControllers(known ?? [], listed).map((controller) => {
      const log = logs.find(({ path }) => path === `/dev/${controller.name}`);
      return log ? { ...controller, health: readNvmeHealth(readJson(log.output), 'kelvin') } : controller;
    });
    return withReason({ controllers }, commandProblem(outputs[smartLog.id], smartLog));
  },
});

/** Wear and errors are half of what is asked for here; a node without such disks lacks nothing. */
function withReason(facts: NvmeFacts, told: ReturnType<typeof commandProblem>) {
  const isUnread = facts.controllers.some(({ health, transport }) => health === null && transport !== 'tcp');
  return isUnread && told && told.reason.key !== 'probes.notRun'
    ? { state: 'ok' as const, facts, reason: told.reason }
    : { state: 'ok' as const, facts };
}

/** A recorded `nvme smart-log -o json` names no disk. */
function recordedLog(text: string): NvmeController[] | null {
  const health = text.trimStart().startsWith('{') ? readNvmeHealth(readJson(text), 'kelvin') : null;
  return health ? [{ ...blankController('nvme'), health }] : null;
}
