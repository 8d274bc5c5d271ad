import type { Store } from '../store/store';

/** Statements of one database, each prepared once: a storm writes thousands. */
export class PreparedSql {
  readonly #statements = new Map<string, ReturnType<Store['database']['prepare']>>();

  constructor(private readonly store: Store) {}

  all<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.#prepared(sql).all(...params) as Row[];
  }

  run(sql: string, ...params: unknown[]): void {
    this.#prepared(sql).run(...params);
  }

  #prepared(sql: string) {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.store.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
