import type { NodeFacts } from '#shared/domain/facts/index';
import { type GpuUser, gpuMemory, isGpuDaemon } from '#shared/domain/gpu-memory';
import { describeUser } from '../../trees/language/functions/format-functions';
import type { PlanCheck } from '../action';
import { say } from './words';

/** What has to answer before it can be said who uses the GPUs; `gpu-holders` needs root and is taken where it is there. */
export const usageProbes = ['gpu', 'gpu-processes', 'processes'] as const;

/**
 * Who is on the affected GPUs just now. Daemons that belong on a GPU node hold its devices and do no work: they are not
 * among them. Null: it can't be told.
 */
export function usersOf(facts: NodeFacts, gpuUuids: readonly string[] | null): GpuUser[] | null {
  const { gpu, processes } = facts;
  const gpuProcesses = facts['gpu-processes'];
  // Without a driver nobody can be on them.
  if (!gpu && facts['gpu-driver']?.kernelModuleVersion === null && !facts['amd-gpu']) return [];
  if (!gpu || !gpuProcesses) return null;
  const views = gpuMemory({
    gpu,
    gpuProcesses,
    processes: processes ?? null,
    holders: facts['gpu-holders'] ?? null,
    processesAtMs: null,
  });
  return views
    .filter(({ uuid }) => gpuUuids === null || (uuid !== null && gpuUuids.includes(uuid)))
    .flatMap(({ users }) => users.filter((user) => !isGpuDaemon(user)));
}

/** The check that every action of R2 and higher shows in its confirmation. */
export function usageCheck(facts: NodeFacts, gpuUuids: readonly string[] | null, inUse: 'refuse' | 'warn'): PlanCheck {
  const users = usersOf(facts, gpuUuids);
  const title = say('checkInUse');
  const outcome = inUse === 'refuse' ? ('fail' as const) : ('warn' as const);
  if (users === null) {
    const unknown = inUse === 'refuse' ? ('unknown' as const) : ('warn' as const);
    return { title, outcome: unknown, detail: say('inUseUnknown') };
  }
  if (users.length === 0) return { title, outcome: 'pass', detail: say('inUseNobody') };
  const lines = users.slice(0, 30);
  const list = {
    en: lines.map((user) => describeUser(user, 'en')).join('\n'),
    'zh-CN': lines.map((user) => describeUser(user, 'zh-CN')).join('\n'),
  };
  return { title, outcome, detail: say('inUseBy', { users: list }) };
}
