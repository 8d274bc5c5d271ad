import { z } from 'zod';
import type { FormField } from '#shared/domain/diagnosis';
import type { FixParameter } from './fix-schema';
import { bothLanguages } from './words';

/**
 * What a text of each kind may be. None can begin with a hyphen, so none can be taken for an option, and none holds a
 * control character. Interface: IFNAMSIZ of linux/if.h; packages: Debian policy 5.6.1 and the rpm tags, with versions.
 */
const patterns = {
  gpus: /^(?:all|(?:\d{1,3}|GPU-[0-9a-f-]{8,64})(?:[ ,]+(?:\d{1,3}|GPU-[0-9a-f-]{8,64}))*)$/i,
  interface: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/,
  packages: /^[A-Za-z0-9][A-Za-z0-9+.:~_=-]{0,127}(?: +[A-Za-z0-9][A-Za-z0-9+.:~_=-]{0,127})*$/,
  path: /^\/(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,1000}$/u,
  'pci-address': /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i,
  'node-name': /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/,
} as const;

/** The form of the parameters as values come in; a number may come for a text that looks like one (`gpus=3`). */
export function parametersSchema(parameters: readonly FixParameter[]): z.ZodType<Record<string, unknown>> {
  return z.strictObject(Object.fromEntries(parameters.map((one) => [one.name, withDefault(one, valueSchema(one))])));
}

function withDefault({ required, initial }: FixParameter, schema: z.ZodType): z.ZodType {
  if (initial !== undefined) return z.preprocess((value) => value ?? initial, schema);
  return required ? schema : schema.nullish();
}

function valueSchema({ kind, minimum, maximum, choices, pattern }: FixParameter): z.ZodType {
  switch (kind) {
    case 'boolean':
      return z.boolean();
    case 'integer':
      return within(z.int(), minimum, maximum);
    case 'number':
      return within(z.number(), minimum, maximum);
    case 'choice':
      return z.enum(choices.map(({ value }) => value));
    case 'text':
      return textOf(new RegExp(`^(?:${pattern ?? '(?!)'})$`, 'u'));
    default:
      return textOf(patterns[kind]);
  }
}

function within(schema: z.ZodNumber, minimum = -Number.MAX_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER): z.ZodType {
  return schema.min(minimum).max(maximum);
}

function textOf(pattern: RegExp): z.ZodType {
  return z.preprocess(
    (value) =>
      typeof value === 'number' ? String(value) : typeof value === 'string' ? value.replace(/^ +| +$/g, '') : value,
    z.string().max(2000).regex(pattern),
  );
}

/** The parameters as expressions see them, by name. */
export function parameterTypes(parameters: readonly FixParameter[]): z.ZodType {
  const typeOf = ({ kind }: FixParameter): z.ZodType =>
    kind === 'boolean' ? z.boolean() : kind === 'integer' || kind === 'number' ? z.number() : z.string();
  return z.object(Object.fromEntries(parameters.map((one) => [one.name, typeOf(one)])));
}

const drawnAs = ['boolean', 'integer', 'number', 'choice', 'gpus'] as const;

/** The same as a form asks for them. */
export function formFields(parameters: readonly FixParameter[]): FormField[] {
  return parameters.map(({ name, label, help, kind, unit, required, minimum, maximum, choices, initial }) => ({
    name,
    label: bothLanguages(label),
    help: help ? bothLanguages(help) : null,
    kind: drawnAs.find((one) => one === kind) ?? 'text',
    unit: unit ?? null,
    isRequired: required,
    minimum: minimum ?? null,
    maximum: maximum ?? null,
    choices: choices.map((choice) => ({ value: choice.value, label: bothLanguages(choice.label) })),
    initial: initial ?? null,
  }));
}
