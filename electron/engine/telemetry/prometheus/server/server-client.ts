import { readFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { PrometheusServer } from '#shared/domain/telemetry/prometheus-server';
import { InvalidError, UnavailableError } from '../../../errors';
import { writeHeaders } from './write-request';

export interface ServerAnswer {
  readonly status: number;
  readonly text: string;
  /** What the server asks to wait; null where it does not. */
  readonly retryAfterMs: number | null;
}

/** The server could not be reached, or did not answer as one. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(
    message: string,
    /** It was sent, and what became of it is not known. */
    readonly mayHaveArrived: boolean,
  ) {
    super(message);
  }
}

export interface ServerClient {
  /** Throws UnreachableError; whatever it answers is an answer. */
  write(body: Uint8Array, signal?: AbortSignal): Promise<ServerAnswer>;
  /** The `data` of an answer of the PromQL HTTP API. Throws UnavailableError, which says what to mend. */
  ask(
    path: string,
    parameters: ReadonlyArray<readonly [string, string]>,
    signal?: AbortSignal,
    method?: 'GET' | 'POST',
  ): Promise<unknown>;
}

const TIMEOUT_MS = 30_000;
/** Of an answer; it is kept in memory as it comes. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;
const MAX_WRITE_ANSWER_BYTES = 64 * 1024;

/** A server as the settings name it. Throws InvalidError for files that can't be read. */
export async function openServer(
  server: PrometheusServer,
  keptSecret: () => Promise<string | null>,
): Promise<ServerClient> {
  const { url, writeUrl, userName, secretFile, authorityFile } = server;
  if (url === null) throw new InvalidError('prometheus.noServer');
  const secret = secretFile === null ? await keptSecret() : (await read(secretFile)).trim();
  const authority = authorityFile === null ? null : await read(authorityFile);
  const authorization =
    secret === null
      ? null
      : userName === null
        ? `Bearer ${secret}`
        : `Basic ${Buffer.from(`${userName}:${secret}`).toString('base64')}`;
  const base = url.replace(/\/+$/, '');

  const send = (
    to: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array | null,
    maxBytes: number,
    signal?: AbortSignal,
  ): Promise<ServerAnswer> =>
    exchange(
      to,
      {
        headers: {
          ...headers,
          'user-agent': 'gantry',
          ...(body === null ? {} : { 'content-length': String(body.length) }),
          ...(authorization === null ? {} : { authorization }),
        },
        ca: authority,
        maxBytes,
      },
      body,
      signal,
    );

  return {
    write: (body, signal) =>
      send(writeUrl ?? `${base}/api/v1/write`, writeHeaders, body, MAX_WRITE_ANSWER_BYTES, signal),
    async ask(path, parameters, signal, method = 'POST') {
      const form = new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
      const isForm = method === 'POST';
      const headers = {
        accept: 'application/json',
        ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      };
      const to = `${base}${path}${isForm ? '' : `?${form}`}`;
      let answer: ServerAnswer;
      try {
        answer = await send(to, headers, isForm ? Buffer.from(form) : null, MAX_ANSWER_BYTES, signal);
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
        throw new UnavailableError('prometheus.serverUnreachable', { url: base, detail: error.message });
      }
      return dataOf(answer, base);
    },
  };
}

function dataOf({ status, text }: ServerAnswer, url: string): unknown {
  if (status === 401 || status === 403) throw new UnavailableError('prometheus.serverRefuses', { url, status });
  const body = parsed(text);
  if (body?.status === 'success') return body.data;
  throw new UnavailableError('prometheus.serverAnswers', { url, status, detail: wordsOf(String(body?.error ?? text)) });
}

function parsed(text: string): { status?: unknown; data?: unknown; error?: unknown } | null {
  try {
    return JSON.parse(text) as { status?: unknown; data?: unknown; error?: unknown } | null;
  } catch {
    return null;
  }
}

/** The beginning of what a server said, on one line. */
export function wordsOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

interface Exchange {
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | null;
  readonly maxBytes: number;
}

/** Redirections are not followed: they could carry the secret to somebody else. */
function exchange(
  to: string,
  { headers, ca, maxBytes }: Exchange,
  body: Uint8Array | null,
  signal?: AbortSignal,
): Promise<ServerAnswer> {
  return new Promise((resolve, reject) => {
    let isSent = false;
    const fail = (error: Error): void => reject(new UnreachableError(error.message || error.name, isSent));
    const isTls = to.startsWith('https:');
    const until = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]);
    const options = {
      method: body === null ? 'GET' : 'POST',
      headers,
      signal: until,
      ...(isTls && ca !== null ? { ca } : {}),
    };
    const request = (isTls ? tlsRequest : plainRequest)(to, options, (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > maxBytes) response.destroy(new Error(`more than ${maxBytes} bytes`));
        else pieces.push(piece);
      });
      response.on('error', fail);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(pieces).toString(),
          retryAfterMs: retryAfterOf(response.headers['retry-after']),
        }),
      );
    });
    request.on('error', fail);
    request.on('finish', () => {
      isSent = true;
    });
    request.end(body ?? undefined);
  });
}

const LONGEST_WAIT_MS = 600_000;

/** Seconds; a date is not used by any server that takes remote write. */
function retryAfterOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Math.min(Number(header) * 1000, LONGEST_WAIT_MS) : null;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InvalidError('prometheus.unreadable', {
      file,
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}
