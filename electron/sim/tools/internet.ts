import type { FaultOptions } from '../faults';
import type { NodeModel } from '../model/node-model';
import { failed, lines, printed, type Tool } from './tool';

const hourMs = 3_600_000;

/** What an address outside says to a node; null: it answers. Messages of curl(1) with OpenSSL. */
export function answerOutside(
  model: NodeModel,
  url: string,
): { curlCode: number; wgetCode: number; text: string; wgetText: string } | null {
  const fault = model.faults.get('internet-down') as FaultOptions['internet-down'] | undefined;
  const { host } = new URL(url);
  const isTls = url.startsWith('https:');
  if (fault?.kind === 'dns')
    return {
      ...{ curlCode: 6, text: `Could not resolve host: ${host}` },
      ...{ wgetCode: 4, wgetText: `wget: unable to resolve host address ‘${host}’` },
    };
  if (fault !== undefined && fault.kind !== 'certificate')
    return {
      ...{ curlCode: 28, text: `Failed to connect to ${host} port 443 after 6001 ms: Timeout was reached` },
      ...{ wgetCode: 4, wgetText: 'failed: Connection timed out.' },
    };
  if (fault !== undefined && isTls)
    return {
      ...{ curlCode: 60, text: 'SSL certificate problem: self-signed certificate in certificate chain' },
      ...{ wgetCode: 5, wgetText: '  Self-signed certificate encountered.' },
    };
  const offsetMs = model.clockOffsetMs();
  if (isTls && Math.abs(offsetMs) > hourMs) {
    const what = offsetMs < 0 ? 'is not yet valid' : 'has expired';
    return {
      ...{ curlCode: 60, text: `SSL certificate problem: certificate ${what}` },
      ...{ wgetCode: 5, wgetText: `  The certificate ${what}.` },
    };
  }
  return null;
}

/** `gpg --with-colons --show-keys FILE` of the key of the distribution: 2021 to 2051, or until a year ago. */
export const gpg: Tool = (model, args, { files }) => {
  const file = args.at(-1) ?? '';
  if (!args.includes('--show-keys') || files?.read(file) == null) return failed(2, `gpg: can't open '${file}'\n`);
  const isExpired = model.faults.has('repository-key-expired');
  const until = isExpired ? 1_700_000_000 : 2_556_057_600;
  return printed(
    lines(`pub:${isExpired ? 'e' : '-'}:4096:1:871920D1991BC93C:1609459200:${until}::-:::scESC::::::23::0:`),
  );
};
