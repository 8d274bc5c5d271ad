import type { NodeFacts } from './facts/index';
import type { Message } from './text';

type GpuFactSources = Pick<NodeFacts, 'gpu' | 'amd-gpu' | 'nvlink' | 'gpu-devices' | 'gpu-driver' | 'services'>;

/**
 * What of GPUs and their fabric needs a look although every GPU answers. Memory: NVIDIA GPU memory error management (a row
 * that waits to be remapped needs a reset, an exceeded SRAM threshold a new GPU). Fabric Manager guide: it runs in exactly
 * the driver's version, and without it GPUs behind NVSwitches can't start a CUDA context. Pure.
 */
export function gpuConcerns(facts: GpuFactSources): Message[] {
  return [...driverConcerns(facts), ...memoryConcerns(facts), ...linkConcerns(facts), ...fabricConcerns(facts)];
}

function memoryConcerns({ gpu, 'amd-gpu': amd }: GpuFactSources): Message[] {
  const nvidia = (gpu?.gpus ?? []).flatMap(({ index, pciBusId, ecc, remappedRows, retiredPages }) => {
    const params = { index, pciBusId };
    const found: Message[] = [];
    if (remappedRows.isPending) found.push({ key: 'inventory.attentionRowRemapPending', params });
    if (retiredPages.isPending) found.push({ key: 'inventory.attentionRetirementPending', params });
    if (ecc.isSramThresholdExceeded) found.push({ key: 'inventory.attentionSramThreshold', params });
    if (ecc.isMemoryUnrepairable) found.push({ key: 'inventory.attentionMemoryUnrepairable', params });
    return found;
  });
  const others = (amd?.gpus ?? []).flatMap(({ index, pciBusId, ecc }): Message[] =>
    (ecc.uncorrected ?? 0) > 0
      ? [
          {
            key: 'inventory.attentionEccUncorrected',
            params: { index, pciBusId: pciBusId ?? '?', count: ecc.uncorrected ?? 0 },
          },
        ]
      : [],
  );
  return [...nvidia, ...others];
}

/** What the driver itself asks for. Of a GPU that it can't use any more, that is said in the GPU's own state. */
function driverConcerns({ gpu }: GpuFactSources): Message[] {
  return (gpu?.gpus ?? []).flatMap(({ index, pciBusId, state, recoveryAction, fabric }) => {
    const params = { index, pciBusId };
    const found: Message[] = [];
    if (state === 'present' && recoveryAction && !/^none$/i.test(recoveryAction)) {
      found.push({ key: 'inventory.attentionRecoveryAction', params: { ...params, action: recoveryAction } });
    }
    const trouble = fabricTrouble(fabric);
    if (trouble) found.push({ key: 'inventory.attentionFabric', params: { ...params, state: trouble } });
    return found;
  });
}

/** `Completed` with `Success` is how a fabric should be; newer drivers add a health, `Healthy` or what is wrong with it. */
function fabricTrouble({
  state,
  status,
  health,
}: NonNullable<NodeFacts['gpu']>['gpus'][number]['fabric']): string | null {
  if (state !== null && !/^completed$/i.test(state)) return state;
  if (state !== null && status !== null && !/^success$/i.test(status)) return status;
  // Facts that an older version kept have no health.
  const summary = health?.summary ?? null;
  return summary !== null && !/^healthy$/i.test(summary) ? summary : null;
}

/** A GPU all of whose links sleep has no bridge; one some of whose links do has lost them. */
function linkConcerns({ nvlink }: GpuFactSources): Message[] {
  return (nvlink?.gpus ?? []).flatMap(({ index, links }): Message[] => {
    const active = links.filter(({ isActive }) => isActive).length;
    if (active === 0 || active === links.length) return [];
    return [{ key: 'inventory.attentionNvlinkDown', params: { index, active, total: links.length } }];
  });
}

function fabricConcerns(facts: GpuFactSources): Message[] {
  const { services, 'gpu-devices': pci } = facts;
  if (!services || !pci?.devices.some(({ kind }) => kind === 'nvswitch')) return [];
  const manager = services.services.find(({ name }) => name.startsWith('nvidia-fabricmanager'));
  if (manager?.activeState !== 'active') return [{ key: 'inventory.attentionFabricManagerDown' }];
  const driver = facts['gpu-driver']?.kernelModuleVersion ?? facts.gpu?.driverVersion ?? null;
  const version = services.fabricManagerVersion;
  if (driver === null || version === null || version === driver) return [];
  return [{ key: 'inventory.attentionFabricManagerVersion', params: { version, driver } }];
}
