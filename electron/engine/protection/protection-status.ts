import { protectionPolicySchema } from '#shared/domain/protection/policy';
import type { CircuitBreaker, ProtectionStatus, ProtectionStep } from '#shared/domain/protection/protection';
import type { Inventory } from '../inventory/inventory';
import { isProcessAlive } from '../store/run-owner';
import type { GuardedFleet } from './guarded-fleet';
import type { ProtectionRepository } from './protection-repository';

interface Known {
  readonly repository: ProtectionRepository;
  readonly inventory: Pick<Inventory, 'facts'>;
}

/** What the database says, with what this process knows of the GPUs that it guards. */
export function protectionStatus(
  { repository, inventory }: Known,
  { guarded, breaker, isKeeper }: { guarded: GuardedFleet; breaker: CircuitBreaker; isKeeper: boolean },
): ProtectionStatus {
  const { keeperPid } = repository.fleet();
  const nodes = repository.nodes();
  const indexOf = gpuIndexes(inventory);
  return {
    isCarriedOut: isKeeper || (keeperPid !== null && isProcessAlive(keeperPid)),
    nodes,
    held: repository.open().map((row) => {
      const { hostId, gpuUuid, lever, original, asked, engagedAtMs, changedAtMs, isReleased } = row;
      const gpu = guarded.get(row);
      const { holdForMs } = nodes.find((node) => node.hostId === hostId)?.policy ?? protectionPolicySchema.parse({});
      return {
        hostId,
        gpuUuid,
        gpuIndex: indexOf(hostId, gpuUuid),
        lever,
        original,
        limit: asked.at(-1) ?? original,
        engagedAtMs,
        changedAtMs,
        untilMs: gpu?.isHeld ? gpu.untilMs : engagedAtMs + holdForMs,
        reading: gpu?.reading ?? null,
        isReleased: isReleased || gpu?.isGoingBack === true,
      };
    }),
    ended: repository
      .ended()
      .filter(({ hostId, engagedAtMs }) =>
        nodes.some((node) => node.hostId === hostId && node.armedAtMs <= engagedAtMs),
      )
      .map((limit) => ({ ...limit, gpuIndex: indexOf(limit.hostId, limit.gpuUuid) })),
    breaker,
  };
}

/** Newest first. */
export function protectionSteps({ repository, inventory }: Known, limit: number): ProtectionStep[] {
  const indexOf = gpuIndexes(inventory);
  return repository.told(limit).map((step) => {
    const { hostId, detail } = step;
    return { ...step, gpuIndex: hostId === null ? null : indexOf(hostId, detail.gpu) };
  });
}

function gpuIndexes(inventory: Known['inventory']): (hostId: string, gpuUuid: unknown) => number | null {
  return (hostId, gpuUuid) =>
    inventory.facts(hostId, ['gpu']).gpu?.gpus.find(({ uuid }) => uuid === gpuUuid)?.index ?? null;
}
