import type { CommandSpec } from '#shared/domain/command';

/** What the kernel knows of sockets that wait for connections (state 0A). Asks no program on the other side. */
export const listeningCommand: CommandSpec = {
  id: 'listening-ports',
  argv: ['grep', '-hs', ' 0A ', '/proc/net/tcp', '/proc/net/tcp6'],
  timeoutMs: 10_000,
};

/**
 * Where the ports can be reached from the node itself, by the port.
 *   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 …
 */
export function readListening(text: string, ports: ReadonlySet<number>): Map<number, string> {
  const found = new Map<number, string>();
  for (const line of text.split('\n', 100_000)) {
    const match = /^\s*\d{1,9}: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]{8,32}:0000 0A /i.exec(line);
    const port = Number.parseInt(match?.[2] ?? '', 16);
    if (!match || !ports.has(port)) continue;
    const host = hostOf(match[1] ?? '');
    // What listens everywhere is reached by the loopback; of several the loopback is taken.
    if (host !== null && found.get(port) !== '127.0.0.1') found.set(port, host);
  }
  return found;
}

const LOOPBACK6 = '00000000000000000000000001000000';
/** An IPv4 address in IPv6's clothes. */
const MAPPED = '0000000000000000FFFF0000';

function hostOf(hex: string): string | null {
  const address = hex.toUpperCase();
  if (/^0+$/.test(address)) return '127.0.0.1';
  if (address === LOOPBACK6) return '[::1]';
  const four = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
  // Words in the byte order of the machine, which is little-endian wherever there are GPUs.
  if (four.length === 8)
    return (four.match(/../g) ?? [])
      .map((byte) => Number.parseInt(byte, 16))
      .reverse()
      .join('.');
  return null;
}
