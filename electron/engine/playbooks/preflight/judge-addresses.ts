import { isClockWrong, type JudgedCheck, judged, type PreflightBasis, untold } from './check';
import type { Reached } from './reach';
import { say } from './words';

const from = [['reach', '']] as const;

/** Names, addresses and certificates, by what the node itself could reach. */
export function judgeAddresses(basis: PreflightBasis): JudgedCheck[] {
  const { reached, hasReachTool } = basis;
  const ids = [
    ['names', 'names'],
    ['addresses', 'addresses'],
    ['certificates', 'certificates'],
  ] as const;
  if (!hasReachTool)
    return ids.map(([id, title]) =>
      judged(id, title, from, 'unknown', say('notRead'), say('noTool'), say('noToolHelp')),
    );
  if (reached === null) return ids.map(([id, title]) => untold(id, title, from));
  return [names(basis, reached), addresses(basis, reached), certificates(basis, reached)];
}

function names({ hasProxy }: PreflightBasis, reached: readonly Reached[]): JudgedCheck {
  const failed = hostsOf(reached, 'no-name');
  if (failed.length > 0) {
    const words = [say('namesFailed', { names: failed.join(', ') }), say('namesWhy'), say('namesHelp')] as const;
    return judged('names', 'names', from, 'fail', ...words);
  }
  if (reached.length === 0) return judged('names', 'names', from, 'pass', say('addressesNone'));
  const value = hasProxy ? say('namesByProxy') : say('namesOk', { count: new Set(reached.map(hostOf)).size });
  return judged('names', 'names', from, 'pass', value);
}

function addresses({ isCarried }: PreflightBasis, reached: readonly Reached[]): JudgedCheck {
  if (reached.length === 0)
    return judged('addresses', 'addresses', from, 'pass', say(isCarried ? 'addressesCarried' : 'addressesNone'));
  const failed = reached.filter(({ state }) => state === 'no-answer' || state === 'no-name');
  const count = reached.length - failed.length;
  if (failed.length === 0) return judged('addresses', 'addresses', from, 'pass', say('addressesOk', { count }));
  const list = failed.map(({ url, text }) => (text === '' ? url : `${url} (${text})`)).join('; ');
  const words = [say('addressesFailed', { list }), say('addressesWhy'), say('addressesHelp')] as const;
  return judged('addresses', 'addresses', from, 'fail', ...words);
}

function certificates({ facts }: PreflightBasis, reached: readonly Reached[]): JudgedCheck {
  const refused = reached.filter(({ state }) => state === 'certificate');
  const asked = reached.filter(({ url, state }) => url.startsWith('https:') && state === 'reached');
  if (refused.length === 0) {
    // Nothing was encrypted, or nothing answered: there is nothing to say of certificates.
    if (asked.length === 0 && reached.some(({ url }) => url.startsWith('https:')))
      return untold('certificates', 'certificates', from);
    const value = say(asked.length === 0 ? 'addressesNone' : 'certificatesOk');
    return judged('certificates', 'certificates', from, 'pass', value);
  }
  const value = say('certificatesFailed', { list: refused.map(({ url, text }) => `${url} (${text})`).join('; ') });
  const isTime = refused.every(({ text }) => /not yet valid|expired/i.test(text));
  const words =
    isTime && isClockWrong(facts)
      ? ([say('certificatesClockWhy'), say('certificatesClockHelp')] as const)
      : ([say('certificatesWhy'), say('certificatesHelp')] as const);
  return judged('certificates', 'certificates', from, 'fail', value, ...words);
}

function hostOf({ url }: Reached): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function hostsOf(reached: readonly Reached[], state: Reached['state']): string[] {
  return [...new Set(reached.filter((one) => one.state === state).map(hostOf))];
}
