import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { oneLine } from '../message-words';
import { caOf } from './ca-of';
import { DeliveryError, type Outgoing, SEND_WITHIN_MS, type Send, wayProblem } from './sender';
import { webhookBody } from './webhook-body';
import { webhookUrl } from './webhook-url';

const ANSWER_CHARS = 200;
const LONGEST_WAIT_MS = 3_600_000;

/** Posts JSON. Never follows a redirect: the address and what signs the message are for that server alone. */
export const sendWebhook: Send<'webhook'> = async (target, message, secrets, withinMs = SEND_WITHIN_MS) => {
  const url = webhookUrl(secrets.url ?? '');
  if (!url) throw new DeliveryError({ key: 'notifications.problem.url' });
  const body = JSON.stringify(webhookBody(target.format, message));
  const headers = headersOf(target.signing, secrets.secret ?? '', message, body);
  const answer = await post(url, { body, headers, caFile: target.caFile, withinMs });
  judge(answer, url.host);
};

function headersOf(signing: 'none' | 'bearer' | 'hmac', secret: string, { key, madeMs }: Outgoing, body: string) {
  const timestamp = String(Math.floor(madeMs / 1000));
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Gantry',
    'idempotency-key': key,
    ...(signing === 'bearer' ? { authorization: `Bearer ${secret}` } : {}),
    ...(signing === 'hmac'
      ? {
          'x-gantry-timestamp': timestamp,
          'x-gantry-signature': `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
        }
      : {}),
  };
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

interface Request {
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly caFile: string | null;
  readonly withinMs: number;
}

function post(url: URL, { body, headers, caFile, withinMs }: Request): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const fail = (error: unknown): void => reject(new DeliveryError(wayProblem(error, url.host)));
    const isTls = url.protocol === 'https:';
    const signal = AbortSignal.timeout(withinMs);
    try {
      const start = isTls ? httpsRequest : httpRequest;
      const options = {
        method: 'POST',
        headers,
        agent: false,
        signal,
        ...(isTls && caFile ? { ca: caOf(caFile) } : {}),
      };
      const sent = start(url, options, (answer) => read(answer).then(resolve, fail));
      sent.on('error', (error) => fail(signal.aborted ? signal.reason : error));
      sent.end(body);
    } catch (error) {
      if (error instanceof DeliveryError) reject(error);
      else fail(error);
    }
  });
}

/** As much as can be shown; the rest is not waited for. */
async function read(answer: IncomingMessage): Promise<Answer> {
  let text = '';
  for await (const chunk of answer) {
    text += String(chunk);
    if (text.length > ANSWER_CHARS) break;
  }
  answer.destroy();
  return {
    status: answer.statusCode ?? 0,
    retryAfter: answer.headers['retry-after'],
    text: text.slice(0, ANSWER_CHARS),
  };
}

function judge({ status, retryAfter, text }: Answer, host: string): void {
  if (status >= 200 && status < 300) return;
  const params = { host, status, answer: oneLine(text, ANSWER_CHARS) || '–' };
  if (status >= 300 && status < 400) throw new DeliveryError({ key: 'notifications.problem.redirect', params });
  if (status === 401 || status === 403) throw new DeliveryError({ key: 'notifications.problem.refused', params });
  const isPassing = status >= 500 || status === 408 || status === 425 || status === 429;
  const seconds = Number(retryAfter);
  const waitMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(LONGEST_WAIT_MS, seconds * 1000) : null;
  throw new DeliveryError({ key: 'notifications.problem.status', params }, !isPassing, waitMs);
}
