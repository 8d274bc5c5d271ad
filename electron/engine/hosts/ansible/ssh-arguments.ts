import { parseDestination } from '../host-list';
import { splitWords } from './split-words';

export interface SshArguments {
  readonly proxyJump: string[] | null;
  readonly identityFile: string | null;
  /** Options that are not taken over, as written. */
  readonly ignored: readonly string[];
}

/** What changes nothing about where a connection leads or who may use it. */
const harmless =
  /^(?:ControlMaster|ControlPersist|ControlPath|Compression|ServerAlive\w+|ConnectTimeout|ConnectionAttempts|TCPKeepAlive|LogLevel|PreferredAuthentications|ForwardAgent|BatchMode)$/i;

/**
 * Gateways and keys among arguments for ssh: `-J gw`, `-o ProxyJump=gw`, and the older
 * `-o ProxyCommand="ssh -W %h:%p user@gw"`. Nothing is run: any other ProxyCommand is named and left alone.
 */
export function readSshArguments(text: string): SshArguments {
  const words = splitWords(text, { comments: false });
  if (words === null) return { proxyJump: null, identityFile: null, ignored: [text.slice(0, 200)] };
  let proxyJump: string[] | null = null;
  let identityFile: string | null = null;
  const ignored: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const attached = /^-([JioF])(.+)$/.exec(word);
    const letter = attached?.[1] ?? /^-([JioFlp])$/.exec(word)?.[1];
    if (letter === undefined) {
      // `-C`, `-q`, `-4`: flags without a value.
      if (!/^-[46ACqTtvxXY]+$/.test(word)) ignored.push(word);
      continue;
    }
    const value = attached?.[2] ?? words[index + 1] ?? '';
    if (!attached) index += 1;
    const option = letter === 'o' ? /^([A-Za-z]+)\s*[= ]\s*([\s\S]*)$/.exec(value) : null;
    const name = (letter === 'J' ? 'ProxyJump' : letter === 'i' ? 'IdentityFile' : (option?.[1] ?? '')).toLowerCase();
    const setting = option ? (option[2] ?? '') : value;
    const gateways =
      name === 'proxyjump'
        ? gatewaysOf(setting.split(','))
        : name === 'proxycommand'
          ? gatewayOfCommand(setting)
          : null;
    if (gateways) proxyJump = gateways;
    else if (name === 'identityfile' && setting !== '' && !setting.includes('%')) identityFile = setting;
    else if (!harmless.test(name)) ignored.push(letter === 'o' ? `-o ${value}` : `-${letter} ${value}`.trim());
  }
  return { proxyJump, identityFile, ignored };
}

/** `ssh -W %h:%p -q user@gw` and `ssh gw nc %h %p`; null for anything else. */
function gatewayOfCommand(command: string): string[] | null {
  const words = splitWords(command, { comments: false });
  if (words?.[0] === undefined || !/(?:^|\/)ssh$/.test(words[0])) return null;
  let port: string | null = null;
  let user: string | null = null;
  let isForwarding = false;
  const rest: string[] = [];
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const next = words[index + 1] ?? '';
    if (rest.length > 0) rest.push(word);
    else if (word === '-W') isForwarding = next === '%h:%p' || next === '[%h]:%p';
    else if (word === '-p') port = next;
    else if (word === '-l') user = next;
    // Its own keys or gateways would be lost.
    else if (word === '-J' || word === '-i' || word === '-F') return null;
    else if (word === '-o' && /^Proxy/i.test(next)) return null;
    else if (/^-[46ACqTtvxXYan]+$/.test(word)) continue;
    else if (word !== '-o') rest.push(word);
    if (rest.length === 0 && /^-[Wplo]$/.test(word)) index += 1;
  }
  const [gateway = '', tool = '', ...relay] = rest;
  const isRelay = /(?:^|\/)(?:nc|netcat|ncat)$/.test(tool) && relay.slice(-2).join(' ') === '%h %p';
  if (!isForwarding && !isRelay) return null;
  const at = user !== null && !gateway.includes('@') ? `${user}@${gateway}` : gateway;
  return gatewaysOf([port === null ? at : `${at}:${port}`]);
}

function gatewaysOf(words: readonly string[]): string[] | null {
  const gateways = words.map((word) => word.trim()).filter(Boolean);
  if (gateways.length === 1 && gateways[0]?.toLowerCase() === 'none') return [];
  return gateways.length > 0 && gateways.every((one) => !('detail' in parseDestination(one))) ? gateways : null;
}
