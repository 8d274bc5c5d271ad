import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { contentType } from './exposition';
import { isLoopbackName } from './loopback';

export interface MetricsServerOptions {
  readonly address: string;
  /** 0: a free one. */
  readonly port: number;
  /** Null: nothing is asked for. */
  readonly token: string | null;
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  /** Everything that is served, in pieces. */
  readonly text: () => Iterable<string>;
}

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `/metrics` and nothing else. Rejects with what the operating system says, as when the port is taken. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const limits = { headersTimeout: 5000, requestTimeout: 10_000, maxHeaderSize: 8192 };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    // Who asked went away, or reads no further: nobody is left to tell.
    serve(options, request, response).catch(() => response.destroy());
  };
  const server: Server = options.tls
    ? createTlsServer({ ...limits, cert: options.tls.certificate, key: options.tls.key }, answer)
    : createServer(limits, answer);
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.address, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `${options.tls ? 'https' : 'http'}://${host}:${port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(options: MetricsServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', headers } = request;
  request.resume();
  const refuse = (status: number, text: string, more: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...more }).end(`${text}\n`);
  };
  if (options.token !== null) {
    if (!isToken(options.token, headers.authorization)) {
      return refuse(401, 'A bearer token is needed.', { 'www-authenticate': 'Bearer' });
    }
    // A page in this workstation's browser must not get here under a name that somebody pointed at it.
  } else if (!isLoopbackName(hostOf(headers.host))) return refuse(403, 'Ask for 127.0.0.1.');
  if (request.url?.split('?')[0] !== '/metrics') return refuse(404, 'There is /metrics only.');
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'It can only be read.', { allow: 'GET, HEAD' });
  if (!admits(headers.accept ?? '*/*', ['text/plain', 'text/*', '*/*']))
    return refuse(406, `There is ${contentType} only.`);
  const isPacked = admits(headers['accept-encoding'] ?? '', ['gzip']);
  response.writeHead(200, {
    'content-type': contentType,
    'cache-control': 'no-store',
    vary: 'accept-encoding',
    ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
  });
  if (method === 'HEAD') response.end();
  else if (isPacked) await pipeline(Readable.from(options.text()), createGzip({ level: 1 }), response);
  else await pipeline(Readable.from(options.text()), response);
}

/** Compared by their digests, which are equally long and tell nothing by the time that it takes. */
function isToken(token: string, authorization = ''): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(`Bearer ${token}`), digest(authorization.replace(/^bearer /i, 'Bearer ')));
}

function hostOf(host = ''): string {
  return host.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** Whether an Accept or Accept-Encoding header (RFC 9110) admits one of these. */
function admits(header: string, wanted: readonly string[]): boolean {
  return header.split(',').some((range) => {
    const [name = '', ...parameters] = range.split(';').map((word) => word.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !isRefused && wanted.includes(name);
  });
}
