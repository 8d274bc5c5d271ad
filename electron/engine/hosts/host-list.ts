import type { NewHost } from '#shared/contract/hosts';
import type { Message } from '#shared/domain/text';

export interface ParsedHostList {
  readonly hosts: NewHost[];
  readonly problems: Array<{ line: number; text: string; detail: string; message: Message }>;
}

/** Why a text is no destination: for the screen as a key, for logs and errors in English. */
export interface DestinationProblem {
  readonly detail: string;
  readonly message: Message;
}

export interface Destination {
  readonly user: string | null;
  readonly address: string;
  readonly port: number | null;
}

/** Host names, IPv4 addresses and ssh config aliases; and IPv6 addresses, with a zone. */
const namePattern = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?\.?$/u;
/** RFC 1035, 2.3.4 */
const maxNameLength = 255;
const ipv6Pattern = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%[\w.-]+)?$/;

/**
 * Reads `[user@]host[:port]`, an IPv6 address with a port in brackets: `admin@[2001:db8::1]:2222`. Returns the reason
 * in words for what is none.
 */
export function parseDestination(text: string): Destination | DestinationProblem {
  const withoutScheme = text.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const at = withoutScheme.lastIndexOf('@');
  const user = at >= 0 ? withoutScheme.slice(0, at) : null;
  const rest = withoutScheme.slice(at + 1);
  if (user === '') return problem('userMissing', 'There is no user name before the @.');
  if (user !== null && /[\s:/[\]]/.test(user)) return problem('userInvalid', `"${user}" is not a user name.`, { user });
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(rest);
  const colons = rest.split(':').length - 1;
  const [address, portText] = bracketed
    ? [bracketed[1] ?? '', bracketed[2]]
    : colons === 1
      ? [rest.slice(0, rest.indexOf(':')), rest.slice(rest.indexOf(':') + 1)]
      : [rest, undefined];
  if (address === '') return problem('addressMissing', 'There is no host name.');
  const isAddress = address.includes(':')
    ? ipv6Pattern.test(address)
    : namePattern.test(address) && address.length <= maxNameLength;
  // A name alone in brackets is the head of a section, as in an Ansible inventory.
  const isHead = bracketed !== null && portText === undefined && !address.includes(':');
  if (!isAddress || isHead) {
    return problem('addressInvalid', `"${rest}" is neither a host name nor an address.`, { address: rest });
  }
  if (portText === undefined) return { user, address, port: null };
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65535)
    return problem('portInvalid', `"${portText}" is not a port (1 to 65535).`, { port: portText });
  return { user, address, port };
}

/**
 * Reads a pasted list, one destination a line. `#` starts a comment; further words are the host's name.
 * `isKnown` tells which ones are saved already.
 */
export function parseHostList(text: string, isKnown: (destination: Destination) => string | null): ParsedHostList {
  const hosts: NewHost[] = [];
  const problems: ParsedHostList['problems'] = [];
  const seenAt = new Map<string, number>();
  for (const [index, source] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const [word, ...more] = source
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/[\s,;]+/)
      .filter(Boolean);
    if (word === undefined) continue;
    const refuse = (why: DestinationProblem): void => void problems.push({ line, text: source.trim(), ...why });
    const destination = parseDestination(word);
    if ('detail' in destination) {
      refuse(destination);
      continue;
    }
    // A name may have spaces, but one that reads as another address is a line that lost its end.
    if (more.some((name) => /[@:]/.test(name))) {
      refuse(problem('oneEach', 'There is more than one address here; give each its own line.'));
      continue;
    }
    const key = `${destination.user ?? ''}@${destination.address.toLowerCase()}:${destination.port ?? ''}`;
    const earlier = seenAt.get(key);
    const known = isKnown(destination);
    if (earlier !== undefined) refuse(problem('sameLine', `The same as line ${earlier}.`, { line: earlier }));
    else if (known !== null) refuse(problem('alreadyAdded', `Already added as ${known}.`, { name: known }));
    else {
      seenAt.set(key, line);
      hosts.push({
        kind: 'ssh',
        ...(more.length > 0 ? { name: more.join(' ') } : {}),
        target: {
          address: destination.address,
          ...(destination.user !== null ? { user: destination.user } : {}),
          ...(destination.port !== null ? { port: destination.port } : {}),
        },
      });
    }
  }
  return { hosts, problems };
}

function problem(name: string, detail: string, params: Record<string, string | number> = {}): DestinationProblem {
  return { detail, message: { key: `hosts.list.${name}`, params } };
}
