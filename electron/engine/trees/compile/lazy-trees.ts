import type { CompiledTree } from './compiled-tree';

/** Trees by id, each compiled when it is first wanted: all of them take seconds, and most runs need one. */
export class LazyTrees implements ReadonlyMap<string, CompiledTree> {
  readonly #compile: ReadonlyMap<string, () => CompiledTree>;

  constructor(compile: Iterable<readonly [string, () => CompiledTree]>) {
    this.#compile = new Map(compile);
  }

  get size(): number {
    return this.#compile.size;
  }

  get(id: string): CompiledTree | undefined {
    return this.#compile.get(id)?.();
  }

  has(id: string): boolean {
    return this.#compile.has(id);
  }

  keys(): MapIterator<string> {
    return this.#compile.keys();
  }

  *entries(): MapIterator<[string, CompiledTree]> {
    for (const [id, compile] of this.#compile) yield [id, compile()];
  }

  *values(): MapIterator<CompiledTree> {
    for (const compile of this.#compile.values()) yield compile();
  }

  [Symbol.iterator](): MapIterator<[string, CompiledTree]> {
    return this.entries();
  }

  forEach(each: (tree: CompiledTree, id: string, trees: ReadonlyMap<string, CompiledTree>) => void): void {
    for (const [id, tree] of this) each(tree, id, this);
  }
}
