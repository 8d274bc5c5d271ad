import { z } from 'zod';
import { type Knowledge, readStack } from '../compatibility/stack';
import type { NodeFacts } from '../facts/index';

export const moduleFlavourSchema = z.object({
  gpu: z.string(),
  architecture: z.string(),
  found: z.enum(['open', 'proprietary']),
  needed: z.enum(['open', 'proprietary']),
});
export type ModuleFlavour = z.infer<typeof moduleFlavourSchema>;

/**
 * GPUs that the kernel module on this node can't be for: Blackwell needs the open one, generations before Turing the proprietary
 * one. The module that is loaded counts, else the one on disk by its license. Null: neither is known.
 */
export function wrongModuleFlavours(facts: NodeFacts, knowledge: Knowledge): ModuleFlavour[] | null {
  const driver = facts['gpu-driver'];
  const license = driver?.moduleBuild?.license ?? null;
  const isOpen = driver?.isOpenKernelModule ?? (license === null ? null : /MIT/.test(license));
  const { gpus } = readStack(facts, knowledge);
  if (isOpen === null || gpus === null) return null;
  const found = isOpen ? 'open' : 'proprietary';
  return gpus.flatMap(({ name, architecture }) => {
    const needed = architecture?.kernelModules ?? 'either';
    return architecture === null || needed === 'either' || needed === found
      ? []
      : [{ gpu: name, architecture: architecture.architecture, found, needed }];
  });
}
