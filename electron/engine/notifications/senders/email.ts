import { isIP } from 'node:net';
import { caOf } from './ca-of';
import { DeliveryError, SEND_WITHIN_MS, type Send, wayProblem } from './sender';

/** Plain text by SMTP: there is no HTML that a node's words could get into. */
export const sendEmail: Send<'email'> = async (target, message, { password }) => {
  const { host, port, security, user, from, to, caFile } = target;
  // Read in when the first mail is sent: until then it would cost memory for nothing.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: SEND_WITHIN_MS,
    greetingTimeout: SEND_WITHIN_MS,
    socketTimeout: SEND_WITHIN_MS,
    tls: {
      minVersion: 'TLSv1.2',
      ...(isIP(host) ? {} : { servername: host }),
      ...(caFile ? { ca: caOf(caFile) } : {}),
    },
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from,
      to: [...to],
      subject: message.subject,
      text: message.text,
      messageId: `<${message.key}@gantry.invalid>`,
      date: new Date(message.madeMs),
      headers: {
        // No answers from those who are on holiday.
        'Auto-Submitted': 'auto-generated',
        'X-Gantry-Key': message.key,
      },
    });
  } catch (error) {
    throw mailError(error, host);
  } finally {
    transport.close();
  }
};

function mailError(error: unknown, host: string): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { code, responseCode, response } = error as { code?: string; responseCode?: number; response?: string };
  const detail = (response ?? (error instanceof Error ? error.message : String(error))).slice(0, 300);
  if (code === 'EAUTH') return new DeliveryError({ key: 'notifications.problem.login', params: { host, detail } });
  if (code === 'ENOAUTH') return new DeliveryError({ key: 'notifications.problem.login', params: { host, detail } });
  if (responseCode !== undefined && (code === 'EENVELOPE' || code === 'EMESSAGE')) {
    return new DeliveryError({ key: 'notifications.problem.mail', params: { host, detail } }, responseCode >= 500);
  }
  return new DeliveryError(wayProblem(error, host));
}
