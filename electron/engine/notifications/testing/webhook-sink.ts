import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

export interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface WebhookSink {
  readonly port: number;
  readonly posts: Posted[];
  /** How the next ones are answered; the last stays. */
  answers: Array<(response: ServerResponse, post: Posted) => void>;
  close(): Promise<void>;
}

export const status =
  (code: number, text = '', headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(code, headers).end(text);
  };

/** Takes the request and never says anything. */
export const hang = (): void => {};

/** A real HTTP server (HTTPS with key and certificate) that keeps what is posted. */
export async function startWebhookSink(tls?: { key: Buffer; cert: Buffer }): Promise<WebhookSink> {
  const posts: Posted[] = [];
  const sink = { posts, answers: [status(200)] as WebhookSink['answers'] };
  const server = (tls ? createTlsServer(tls) : createServer()).on('request', async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const post: Posted = { path: request.url ?? '', headers: request.headers, body, json: JSON.parse(body) };
    posts.push(post);
    const answer = sink.answers.length > 1 ? sink.answers.shift() : sink.answers[0];
    answer?.(response, post);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return Object.assign(sink, {
    port: address.port,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
