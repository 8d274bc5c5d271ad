import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batches } from './batches';

const keyOf = (item: string) => item[0] ?? '';

async function all(source: AsyncGenerator<string>, everyMs = 20): Promise<string[][]> {
  const seen: string[][] = [];
  for await (const items of batches(() => source, { everyMs, keyOf, signal: undefined })) seen.push(items);
  return seen;
}

describe('batches', () => {
  it('gives a burst as one batch, each key once with its last item, in the order of the changes', async () => {
    async function* source() {
      yield* ['a1', 'b1', 'a2', 'c1'];
      await delay(200);
      yield 'b2';
    }
    expect(await all(source())).toEqual([['b1', 'a2', 'c1'], ['b2']]);
  });

  it('gives the last items at once when the stream ends, however long the pause would be', async () => {
    async function* source() {
      yield 'a1';
      await delay(30);
      yield 'b1';
    }
    expect(await all(source(), 1_000_000)).toEqual([['a1'], ['b1']]);
  });

  it('hands over what came before a failure, then fails', async () => {
    async function* source() {
      yield 'a1';
      throw new Error('broken');
    }
    const stream = batches(source, { everyMs: 1, keyOf, signal: undefined });
    expect(await stream.next()).toEqual({ done: false, value: ['a1'] });
    await expect(stream.next()).rejects.toThrow('broken');
  });

  it('ends a waiting source when nobody reads any more, or when the caller says so', async () => {
    const ended: string[] = [];
    async function* source(signal: AbortSignal) {
      yield 'a1';
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended.push(String(signal.reason));
      throw signal.reason;
    }
    for await (const _ of batches(source, { everyMs: 1, keyOf, signal: undefined })) break;
    const caller = new AbortController();
    const stream = batches(source, { everyMs: 1, keyOf, signal: caller.signal });
    await stream.next();
    caller.abort(new Error('enough'));
    await expect(stream.next()).rejects.toThrow('enough');
    expect(ended).toEqual([expect.stringContaining('AbortError'), 'Error: enough']);
  });
});
