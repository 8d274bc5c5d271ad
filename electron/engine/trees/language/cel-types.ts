import type { Environment } from '@marcbachmann/cel-js';
import type { z } from 'zod';

type Schema = z.core.$ZodType;

/**
 * Declares the shape of zod schemas to a CEL environment so that expressions are type-checked against the facts. All
 * numbers are `double`; nullable and optional say nothing to CEL, because a value that is not there reads as unknown.
 */
export class CelTypes {
  readonly #environment: Environment;
  readonly #names: Map<Schema, string>;
  readonly #taken: Set<string>;

  constructor(environment: Environment, parent?: CelTypes) {
    this.#environment = environment;
    this.#names = new Map(parent ? parent.#names : []);
    this.#taken = new Set(parent ? parent.#taken : []);
  }

  /** The CEL type of a schema, registering object types on the way. `name` is what error messages call it. */
  typeOf(schema: Schema, name: string): string {
    const definition = (schema as z.core.$ZodTypes)._zod.def;
    switch (definition.type) {
      case 'string':
      case 'enum':
        return 'string';
      case 'literal':
        return typeof definition.values[0] === 'string' ? 'string' : 'dyn';
      case 'number':
        return 'double';
      case 'boolean':
        return 'bool';
      case 'nullable':
      case 'optional':
      case 'default':
      case 'readonly':
        return this.typeOf(definition.innerType, name);
      case 'array':
        return `list<${this.typeOf(definition.element, `${name}Item`)}>`;
      case 'record':
        return `map<string, ${this.typeOf(definition.valueType, `${name}Value`)}>`;
      case 'object':
        return this.#objectType(schema, definition.shape, name);
      default:
        return 'dyn';
    }
  }

  #objectType(schema: Schema, shape: Readonly<Record<string, Schema>>, name: string): string {
    const known = this.#names.get(schema);
    if (known !== undefined) return known;
    let free = name;
    for (let count = 2; this.#taken.has(free); count += 1) free = `${name}${count}`;
    this.#taken.add(free);
    const fields: Record<string, string> = {};
    for (const [key, field] of Object.entries(shape)) {
      fields[key] = this.typeOf(field, `${free}${key.charAt(0).toUpperCase()}${key.slice(1)}`);
    }
    this.#environment.registerType(free, { fields });
    this.#names.set(schema, free);
    return free;
  }
}
