import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type ConnectionOptions, connect, rootCertificates, type TLSSocket } from 'node:tls';
import { isDirect, type SiteScope } from '#shared/domain/site';
import { UnavailableError } from '../../errors';

/** The site's proxy and authority. */
export type Way = Pick<SiteScope, 'httpProxy' | 'httpsProxy' | 'noProxy' | 'ca'>;

interface Asked {
  readonly way: Way;
  readonly headers?: Record<string, string>;
  readonly signal: AbortSignal;
}

const idleMs = 60_000;

/**
 * GET by the site's proxy, its authority trusted beside those of Node. Redirects are followed; a login is told to its own server
 * alone. Throws UnavailableError, AbortError.
 */
export async function ask(url: string, asked: Asked, left = 5): Promise<IncomingMessage> {
  const { signal } = asked;
  const answer = await send(new URL(url), asked).catch((error: unknown) => {
    signal.throwIfAborted();
    throw notFetched(url, error instanceof Error ? error.message : String(error));
  });
  const { statusCode = 0, headers } = answer;
  if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) return answer;
  answer.resume();
  if (left === 0) throw notFetched(url, 'too many redirects');
  const to = new URL(headers.location, url);
  if (!/^https?:$/.test(to.protocol)) throw notFetched(url, to.protocol);
  const { authorization: _, ...plain } = asked.headers ?? {};
  const isSame = to.origin === new URL(url).origin;
  return ask(to.href, isSame ? asked : { ...asked, headers: plain }, left - 1);
}

export function notFetched(url: string, reason: string): UnavailableError {
  return new UnavailableError('playbooks.offlineNotFetched', { url, reason: reason.slice(0, 200) });
}

async function send(url: URL, { way, headers = {}, signal }: Asked): Promise<IncomingMessage> {
  const isTls = url.protocol === 'https:';
  const through = isTls ? way.httpsProxy : way.httpProxy;
  const proxy = through === '' || isDirect(url.hostname, way.noProxy) ? null : new URL(through);
  const ca = way.ca === '' ? undefined : [...rootCertificates, way.ca];
  const sent = {
    headers: { 'user-agent': 'Gantry', ...headers },
    agent: false,
    signal,
    ...(ca ? { ca } : {}),
  } as const;
  const socket = isTls && proxy ? await tunnel(proxy, url, { ca, signal }) : null;
  return new Promise((resolve, reject) => {
    const request = socket
      ? // With an agent of its own Node would not take the connection.
        httpsRequest(url, { headers: sent.headers, signal, createConnection: () => socket })
      : isTls
        ? httpsRequest(url, sent)
        : proxy
          ? (proxy.protocol === 'https:' ? httpsRequest : httpRequest)(proxy, {
              ...sent,
              path: url.href,
              headers: { ...sent.headers, host: url.host },
            })
          : httpRequest(url, sent);
    request.setTimeout(idleMs, () => request.destroy(new Error('no answer in time')));
    request.on('response', resolve).on('error', reject).end();
  });
}

/** TLS to the server through a proxy (CONNECT, RFC 9110, section 9.3.6). */
function tunnel(
  proxy: URL,
  { hostname, port }: URL,
  { ca, signal }: { ca: string[] | undefined; signal: AbortSignal },
): Promise<TLSSocket> {
  const to = `${hostname}:${port || 443}`;
  return new Promise((resolve, reject) => {
    const start = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
    const trusted = ca ? { ca } : {};
    const request = start(proxy, {
      method: 'CONNECT',
      path: to,
      headers: { host: to },
      agent: false,
      signal,
      ...trusted,
    });
    request.setTimeout(idleMs, () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
    request.on('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        return reject(new Error(`the proxy ${proxy.host} answered ${statusCode}`));
      }
      const options: ConnectionOptions = { socket, servername: hostname, ...trusted };
      const secured = connect(options, () => resolve(secured));
      secured.on('error', reject);
    });
    request.end();
  });
}
