import type { z } from 'zod';
import type { Language } from '#shared/domain/text';

type Schema = z.core.$ZodType;

/**
 * A pure function that trees can call. Parameters are typed by schema; one that may be left unknown is called as
 * `name(maybe(x))` and then gets null. A null result is unknown in the expression.
 */
export interface TreeFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly schema: Schema }[];
  readonly returns: Schema;
  readonly call: (language: Language, ...values: unknown[]) => unknown;
}

type Values<Parameters extends Readonly<Record<string, Schema>>> = {
  [Name in keyof Parameters]: z.output<Parameters[Name]>;
};

/** Binds a typed function to its name in expressions. Parameters are passed in the order they are written here. */
export function defineFunction<const Parameters extends Readonly<Record<string, Schema>>, Returns extends Schema>(
  name: string,
  parameters: Parameters,
  returns: Returns,
  call: (values: Values<Parameters>, language: Language) => z.output<Returns> | null,
): TreeFunction {
  const names = Object.keys(parameters);
  return {
    name,
    parameters: names.map((parameter) => ({ name: parameter, schema: parameters[parameter] as Schema })),
    returns,
    call: (language, ...values) => {
      const byName = Object.fromEntries(names.map((parameter, index) => [parameter, values[index] ?? null]));
      return call(byName as Values<Parameters>, language);
    },
  };
}
