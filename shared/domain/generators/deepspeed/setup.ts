import type { Values } from '../generator';
import { asValues, groupOf, numberOf, textOf } from '../values';

/** 0: ZeRO splits nothing. */
export function stageOf(form: Values): number {
  return numberOf(groupOf(form, 'zero_optimization'), 'stage') ?? 0;
}

/** Hugging Face's Trainer, which fills in `auto`. */
export function isTrainer(form: Values): boolean {
  return textOf(groupOf(form, 'launch'), 'framework') === 'huggingface';
}

export function worldSizeOf(form: Values): number {
  const launch = groupOf(form, 'launch');
  return (numberOf(launch, 'nodes') ?? 1) * (numberOf(launch, 'gpusPerNode') ?? 1);
}

export function precisionOf(form: Values, name: 'fp16' | 'bf16'): 'true' | 'auto' | 'false' {
  const enabled = textOf(groupOf(form, name), 'enabled');
  return enabled === 'true' || enabled === 'auto' ? enabled : 'false';
}

/** Where optimizer states or parameters go: none, cpu or nvme. */
export function deviceOf(form: Values, name: 'offload_optimizer' | 'offload_param'): string {
  return textOf(groupOf(groupOf(form, 'zero_optimization'), name), 'device') ?? 'none';
}

/** The settings that have no field, as JSON. Null: no JSON object. Empty text: none. */
export function otherSettings(form: Values): Values | null {
  const text = textOf(form, 'other');
  if (text === null) return {};
  try {
    return asValues(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Settings of both; where both have one, that of `over`. */
export function merged(under: Values, over: Values): Record<string, unknown> {
  const result: Record<string, unknown> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const [below, above] = [asValues(result[name]), asValues(value)];
    result[name] = below && above ? merged(below, above) : value;
  }
  return result;
}
