import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { os, type RouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { wireSerializers } from './wire';

describe('bytes over a message port', () => {
  const { port1, port2 } = new MessageChannel();
  const router = {
    echo: os
      .input(z.object({ bytes: z.instanceof(Uint8Array) }))
      .handler(({ input }) => ({ bytes: input.bytes, lengthBytes: input.bytes.length })),
  };
  new RPCHandler(router, { customJsonSerializers: wireSerializers }).upgrade(port1);
  port1.start();
  const client: RouterClient<typeof router> = createORPCClient(
    new RPCLink({ port: port2, customJsonSerializers: wireSerializers }),
  );
  port2.start();
  afterAll(() => port1.close());

  it('arrive as they were sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        expect(await client.echo({ bytes })).toEqual({ bytes, lengthBytes: bytes.length });
      }),
      { numRuns: 50 },
    );
  });

  it('may be many', async () => {
    const bytes = Uint8Array.from({ length: 3_000_001 }, (_value, index) => (index * 31) & 255);
    const answer = await client.echo({ bytes });
    expect(answer.lengthBytes).toBe(3_000_001);
    expect(Buffer.compare(answer.bytes, bytes)).toBe(0);
  });
});
