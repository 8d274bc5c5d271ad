import type { ChannelTarget, TargetOf } from '#shared/domain/notifications/channel';
import type { SecretName } from '#shared/domain/notifications/channel-kinds';
import type { Notification } from '#shared/domain/notifications/notification';
import type { Language, Message } from '#shared/domain/text';

/** A message in words, as it is handed to a channel. */
export interface Outgoing {
  /** The same each time it is tried. */
  readonly key: string;
  readonly madeMs: number;
  readonly language: Language;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly notification: Notification;
}

export type Secrets = Readonly<Partial<Record<SecretName, string>>>;

/** Resolves when the other side has taken it; throws DeliveryError. */
export type Send<Kind extends ChannelTarget['kind']> = (
  target: TargetOf<Kind>,
  message: Outgoing,
  secrets: Secrets,
  /** From the first packet to the answer. */
  withinMs?: number,
) => Promise<void>;

/** How long the other side is usually given. */
export const SEND_WITHIN_MS = 15_000;

export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  constructor(
    readonly problem: Message,
    /** It would be refused again, however often it is tried. */
    readonly isFinal = false,
    /** When the other side wants to be asked again. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(problem.key);
  }
}

const dnsCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EDNS']);
const reachCodes = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'EPIPE',
  'ESOCKET',
  'ECONNECTION',
]);
const certificateCode =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|ERR_SSL_|EPROTO$|ETLS$|ERR_TLS_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** What went wrong on the way to a server, in words that say what to do. */
export function wayProblem(error: unknown, host: string): Message {
  const { code, detail } = described(error);
  const params = { host, detail };
  if (dnsCodes.has(code)) return { key: 'notifications.problem.dns', params };
  if (certificateCode.test(code) || /certificate|self.signed/i.test(detail)) {
    return { key: 'notifications.problem.certificate', params };
  }
  if (code === 'ETIMEDOUT' || code === 'ABORT_ERR') return { key: 'notifications.problem.timeout', params };
  if (reachCodes.has(code)) return { key: 'notifications.problem.unreachable', params };
  return { key: 'notifications.problem.other', params };
}

function described(error: unknown): { code: string; detail: string } {
  if (!(error instanceof Error)) return { code: '', detail: String(error) };
  const code = 'code' in error ? String(error.code) : error.name;
  // Of several addresses that were tried; the last says as much as all.
  const inner = error instanceof AggregateError ? error.errors.at(-1) : error.cause;
  if (inner instanceof Error && (error.message === '' || !('code' in error))) return described(inner);
  return { code: error.name === 'TimeoutError' ? 'ETIMEDOUT' : code, detail: error.message.slice(0, 300) };
}
