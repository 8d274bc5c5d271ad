import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listeningCommand, readListening } from './listening-ports';

const lines = [
  '   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 30123 1 0 100 0 0 10 0',
  '   1: 00000000:1F42 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 30124 1 0 100 0 0 10 0',
  '   2: 0500000A:24B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 30125 1 0 100 0 0 10 0',
  // Connected, not waiting.
  '   3: 0100007F:1F43 0100007F:ABCD 01 00000000:00000000 00:00000000 00000000     0        0 30126 1 0 100 0 0 10 0',
  '   4: 00000000000000000000000000000000:1F44 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0 0 0',
  '   5: 00000000000000000000000001000000:1F45 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0 0 0',
  '   6: 0000000000000000FFFF00000100007F:1F46 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0 0 0',
  'nonsense',
];

describe('ports that something listens on', () => {
  it('are read with where they can be reached', () => {
    const ports = new Set([8000, 8002, 9400, 8003, 8004, 8005, 8006]);
    expect(Object.fromEntries(readListening(lines.join('\n'), ports))).toEqual({
      8000: '127.0.0.1',
      8002: '127.0.0.1',
      9400: '10.0.0.5',
      8004: '127.0.0.1',
      8005: '[::1]',
      8006: '127.0.0.1',
    });
    expect(readListening(lines.join('\n'), new Set([8003])).size).toBe(0);
  });

  it('are those of the kernel', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [file, ...args] = listeningCommand.argv;
    const printed = execFileSync(file, args, { encoding: 'utf8' });
    expect(readListening(printed, new Set([port]))).toEqual(new Map([[port, '127.0.0.1']]));
    server.close();
  });
});
