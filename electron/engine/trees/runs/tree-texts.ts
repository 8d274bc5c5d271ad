import { sha256 } from '../../audit/canonical-json';
import type { Store } from '../../store/store';
import type { CompiledTree } from '../compile/compiled-tree';

export interface TreeText {
  readonly file: string;
  readonly text: string;
}

/** The texts of trees as runs were walked with them, each kept once, under its hash. */
export class TreeTexts {
  readonly #store: Store;
  readonly #kept = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Keeps what is new; gives each tree's hash by its id. Throws StoreError. */
  keep(trees: readonly CompiledTree[]): Record<string, string> {
    const missing = trees.filter((tree) => !this.#kept.has(hashOf(tree)));
    if (missing.length > 0) {
      this.#store.transactionSoon(() => {
        const insert = this.#store.database.prepare(
          'INSERT INTO tree_text (hash, file, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        );
        for (const tree of missing) insert.run(hashOf(tree), tree.file, tree.text);
      });
      for (const tree of missing) this.#kept.add(hashOf(tree));
    }
    return Object.fromEntries(trees.map((tree) => [tree.id, hashOf(tree)]));
  }

  find(hash: string): TreeText | null {
    const row = this.#store.database.prepare('SELECT file, text FROM tree_text WHERE hash = ?').get(hash);
    return (row as TreeText | undefined) ?? null;
  }
}

const hashes = new WeakMap<CompiledTree, string>();

/** SHA-256 of a tree's text: another one is another version of it. */
export function hashOf(tree: CompiledTree): string {
  const known = hashes.get(tree) ?? sha256(tree.text);
  hashes.set(tree, known);
  return known;
}
