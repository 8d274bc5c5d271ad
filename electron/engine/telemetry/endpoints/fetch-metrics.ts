import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CommandSpec } from '#shared/domain/command';
import type { MetricsEndpoint } from '#shared/domain/telemetry/metrics-endpoint';
import { type Host, HostUnavailableError } from '../../hosts/host';

/** A server with hundreds of models prints one; more is no exporter of one node. */
const MAX_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 8000;
const ACCEPT = 'text/plain;version=0.0.4,*/*;q=0.1';

/** Nothing was read, and why. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  constructor(
    readonly state: Exclude<MetricsEndpoint['state'], 'starting' | 'reading'>,
    message: string,
    /** Something answered, and it is no exporter. */
    readonly isOther = false,
  ) {
    super(message);
  }
}

/** Asks for an endpoint through a channel of the connection itself: nothing has to be on the node. Throws EndpointError. */
export async function fetchForwarded(
  host: Host,
  url: URL,
  signal: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<string> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const port = Number(url.port || 80);
  let channel: Duplex;
  try {
    channel = await host.forward(url.hostname.replace(/^\[|\]$/g, ''), port, until);
  } catch (error) {
    if (signal.aborted) throw error;
    throw refusalOf(error, port);
  }
  try {
    return await get(channel, url, until);
  } catch (error) {
    if (signal.aborted || error instanceof EndpointError) throw error;
    const detail = until.aborted ? `no answer within ${timeoutMs / 1000} s` : (error as Error).message;
    throw new EndpointError('failed', detail);
  } finally {
    channel.destroy();
  }
}

function refusalOf(error: unknown, port: number): EndpointError {
  const code = error instanceof HostUnavailableError ? error.hostError.code : null;
  if (code === 'forwarding-refused') return new EndpointError('denied', 'sshd does not forward for this login');
  if (code === 'refused' || code === 'unreachable')
    return new EndpointError('missing', `nothing listens on port ${port}`);
  return new EndpointError('failed', code ?? (error as Error).message);
}

function get(channel: Duplex, url: URL, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        method: 'GET',
        host: url.hostname,
        port: url.port || 80,
        path: `${url.pathname}${url.search}`,
        headers: { Accept: ACCEPT, Connection: 'close', 'User-Agent': 'gantry' },
        // A channel of SSH is no socket of the system, and Node asks nothing of it that a stream does not have.
        createConnection: () => channel as Socket,
        signal,
      },
      (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          reject(new EndpointError('failed', `HTTP ${response.statusCode} ${url.pathname}`, true));
          return;
        }
        const pieces: Buffer[] = [];
        let bytes = 0;
        response.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (bytes <= MAX_BYTES) pieces.push(piece);
          else {
            reject(new EndpointError('failed', `more than ${MAX_BYTES / 1024 / 1024} MiB`));
            asked.destroy();
          }
        });
        response.once('error', reject);
        response.once('end', () => resolve(new TextDecoder().decode(Buffer.concat(pieces))));
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}

/** A proxy that the login uses must not be asked for what is on the node. */
const script = `unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
if command -v curl >/dev/null 2>&1; then exec curl -sSf -m 8 -H 'Accept: ${ACCEPT}' "$1"; fi
if command -v wget >/dev/null 2>&1; then exec wget -q -T 8 -O - "$1"; fi
exit 120`;
const CURL_REFUSED = 7;
const NO_TOOL = 120;

/** Asks by curl or wget on the node, where sshd does not forward. Throws EndpointError. */
export async function fetchByCommand(host: Host, url: URL, signal: AbortSignal): Promise<string> {
  const spec: CommandSpec = {
    id: 'metrics-endpoint',
    argv: ['sh', '-c', script, 'sh', url.href],
    timeoutMs: TIMEOUT_MS + 2000,
    maxOutputBytes: MAX_BYTES,
  };
  const { state, exitCode, stdout, stderr, isTruncated } = await host.exec(spec, { signal });
  if (state === 'exited' && exitCode === 0) {
    if (isTruncated) throw new EndpointError('failed', `more than ${MAX_BYTES / 1024 / 1024} MiB`);
    return new TextDecoder().decode(stdout);
  }
  if (state === 'exited' && exitCode === NO_TOOL) {
    throw new EndpointError('denied', 'sshd does not forward for this login, and there is neither curl nor wget');
  }
  const said = new TextDecoder().decode(stderr).trim().split('\n').at(-1)?.slice(0, 300);
  const isRefused = state === 'exited' && exitCode === CURL_REFUSED;
  throw new EndpointError(isRefused ? 'missing' : 'failed', said || `${state} ${exitCode ?? ''}`.trim());
}
