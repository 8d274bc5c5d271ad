import { z } from 'zod';
import type { Variables } from './snippet';

const text = z.string().refine((value) => !value.includes('\0'), 'a NUL character can not be part of it');
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

export const parametersSchema = z.strictObject({
  path: text
    .min(1)
    .refine((path) => /^(?:\/|~\/)/.test(path), 'must start with / or ~/')
    .refine((path) => !path.endsWith('/'), 'must name a file, not a folder')
    .default('~/gantry-env.sh'),
  deviceOrder: z.enum(['PCI_BUS_ID', 'FASTEST_FIRST', 'unset']).default('PCI_BUS_ID'),
  gpuUuids: text.nullish(),
  allocatorConf: text.nullish(),
  /** `NAME=value` lines from a form, or names and values from a finding. */
  variables: z
    .union([text, z.record(z.string().regex(variableName, 'is no variable name'), text)])
    .nullish()
    .refine(
      (variables) =>
        typeof variables !== 'string' || linesOf(variables).every((line) => variableName.test(nameOf(line))),
      'each line must be NAME=value',
    ),
});
export type Parameters = z.infer<typeof parametersSchema>;

/** The variables in the order they are written; a later one of the same name wins. */
export function variablesOf(parameters: Parameters): Variables {
  const variables = new Map<string, string>();
  if (parameters.deviceOrder !== 'unset') variables.set('CUDA_DEVICE_ORDER', parameters.deviceOrder);
  const uuids = (parameters.gpuUuids ?? '').split(',').map((uuid) => uuid.trim());
  if (uuids.some((uuid) => uuid !== ''))
    variables.set('CUDA_VISIBLE_DEVICES', uuids.filter((uuid) => uuid !== '').join(','));
  if (parameters.allocatorConf) {
    // The name changed in PyTorch 2.9; older versions read the old one and newer ones take both.
    variables.set('PYTORCH_ALLOC_CONF', parameters.allocatorConf);
    variables.set('PYTORCH_CUDA_ALLOC_CONF', parameters.allocatorConf);
  }
  const more = parameters.variables ?? {};
  const entries =
    typeof more === 'string'
      ? linesOf(more).map((line) => [nameOf(line), line.slice(line.indexOf('=') + 1)] as const)
      : Object.entries(more);
  for (const [name, value] of entries) variables.set(name, value);
  return [...variables];
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** Empty when there is no `=`. `export ` in front is taken as what people paste. */
function nameOf(line: string): string {
  return line.includes('=') ? line.slice(0, line.indexOf('=')).replace(/^\s*(?:export\s+)?/, '') : '';
}
