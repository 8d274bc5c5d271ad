interface Call<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls with the same key that come in one turn are one piece of work: eight GPUs cost the round trips of one. */
export function gather<Item, Result>(
  keyOf: (item: Item) => string,
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  const waiting = new Map<string, Array<Call<Item, Result>>>();
  async function go(key: string, calls: ReadonlyArray<Call<Item, Result>>): Promise<void> {
    waiting.delete(key);
    try {
      const results = await work(calls.map(({ item }) => item));
      calls.forEach(({ resolve }, at) => {
        resolve(results[at] as Result);
      });
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }
  return (item) =>
    new Promise((resolve, reject) => {
      const key = keyOf(item);
      const calls = waiting.get(key);
      if (calls) {
        calls.push({ item, resolve, reject });
        return;
      }
      const first = [{ item, resolve, reject }];
      waiting.set(key, first);
      setImmediate(() => void go(key, first));
    });
}
