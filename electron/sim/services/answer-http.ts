import type { Duplex } from 'node:stream';

const MAX_HEAD = 16 * 1024;

/** Answers one request of HTTP/1.1 at `/metrics` and closes, as the small servers of exporters do when asked to. */
export function answerHttp(channel: Duplex, print: () => string): void {
  let head = '';
  channel.on('error', () => {});
  channel.on('data', (piece: Buffer) => {
    head += piece.toString('latin1');
    if (head.length > MAX_HEAD) channel.destroy();
    else if (head.includes('\r\n\r\n')) channel.end(answerTo(head, print));
  });
}

function answerTo(head: string, print: () => string): string {
  const [, path = ''] = /^GET (\S+) HTTP\/1\.[01]\r\n/.exec(head) ?? [];
  const isFound = path === '/metrics';
  const body = isFound ? print() : '{"detail":"Not Found"}';
  return [
    `HTTP/1.1 ${isFound ? '200 OK' : '404 Not Found'}`,
    `Content-Type: ${isFound ? 'text/plain; version=0.0.4; charset=utf-8' : 'application/json'}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
