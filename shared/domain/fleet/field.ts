import type { FieldContext, FleetNode } from './fleet-node';

/** How a field is compared: `version` part by part, `bytes` with a unit, `time` with a date or an age. */
export type FieldKind = 'text' | 'version' | 'number' | 'bytes' | 'flag' | 'time';
export type FieldUnit = 'celsius' | 'percent' | 'watts' | 'gigabitsPerSec';
export type FieldGroup = 'node' | 'state' | 'machine' | 'gpu' | 'network' | 'storage' | 'software';

type Single = string | number | boolean;
/** Bytes in bytes, times in ms since 1970, lists without repetition. Null: not known. */
export type FieldValue = Single | readonly string[] | readonly number[] | null;

/** Something that nodes can be filtered, sorted, grouped and exported by. Its name on screen is `fieldLabel`. */
export interface FleetField {
  readonly kind: FieldKind;
  readonly isList: boolean;
  readonly group: FieldGroup;
  /** Of numbers. */
  readonly unit: FieldUnit | null;
  /** All values there can be, where that is known. */
  readonly choices: readonly string[] | null;
  read(node: FleetNode, context: FieldContext): FieldValue;
}

type Maybe<T> = T | null | undefined;
type Read<T> = (node: FleetNode, context: FieldContext) => Maybe<T>;
type Options = Partial<Pick<FleetField, 'unit' | 'choices'>>;

function field<T extends Exclude<FieldValue, null>>(
  kind: FieldKind,
  isList: boolean,
  group: FieldGroup,
  read: Read<T>,
  options: Options = {},
): FleetField {
  const { unit = null, choices = null } = options;
  return { kind, isList, group, unit, choices, read: (node, context) => read(node, context) ?? null };
}

/** Short ways to write the registry down, one for each shape of value. */
export const define = {
  text: (group: FieldGroup, read: Read<string>, options?: Options) => field('text', false, group, read, options),
  texts: (group: FieldGroup, read: Read<readonly string[]>, options?: Options) =>
    field('text', true, group, read, options),
  version: (group: FieldGroup, read: Read<string>) => field('version', false, group, read),
  versions: (group: FieldGroup, read: Read<readonly string[]>) => field('version', true, group, read),
  number: (group: FieldGroup, read: Read<number>, unit: FieldUnit | null = null) =>
    field('number', false, group, read, { unit }),
  numbers: (group: FieldGroup, read: Read<readonly number[]>, unit: FieldUnit | null = null) =>
    field('number', true, group, read, { unit }),
  bytes: (group: FieldGroup, read: Read<number>) => field('bytes', false, group, read),
  byteSizes: (group: FieldGroup, read: Read<readonly number[]>) => field('bytes', true, group, read),
  flag: (group: FieldGroup, read: Read<boolean>) => field('flag', false, group, read),
  time: (group: FieldGroup, read: Read<number>) => field('time', false, group, read),
};
