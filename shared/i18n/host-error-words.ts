import type { HostError, HostKey } from '../domain/host';
import type { Message } from '../domain/text';

/** Why a node can't be used, in words. Commands in `explain` and `todo` stand between backticks. */
export interface HostErrorWords {
  readonly title: string;
  readonly explain: string;
  readonly todo: string;
  /** What was offered, tried and on file: a label and the lines under it. */
  readonly facts: ReadonlyArray<{ readonly label: string; readonly lines: readonly string[] }>;
}

/** The words of the hosts catalogue for an error: what happened, what that means, and what to do. */
export function hostErrorWords(error: HostError, translate: (message: Message) => string): HostErrorWords {
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(error)) {
    if (typeof value === 'string' || typeof value === 'number') params[name] = value;
  }
  if ('message' in error) params.detail = translate(error.message);
  const say = (part: string) => translate({ key: `hosts.error.${error.code}.${part}`, params });
  const facts = factsOf(error, translate)
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => ({ label: translate({ key: `hosts.errorFact.${name}` }), lines }));
  return { title: say('title'), explain: say('explain'), todo: say('todo'), facts };
}

type Fact = readonly [name: string, lines: readonly string[]];

function factsOf(error: HostError, translate: (message: Message) => string): Fact[] {
  const via: Fact[] = 'via' in error && error.via ? [['via', [error.via]]] : [];
  switch (error.code) {
    case 'auth-failed':
      return [
        ['offered', error.offered],
        ['tried', error.tried],
        ['skipped', error.skipped.map(({ what, why }) => `${what}: ${translate(why)}`)],
        ...via,
      ];
    case 'host-key-changed':
      return [
        ['offeredKey', [key(error.offered)]],
        ['knownKey', error.known.map(key)],
        ['file', [place(error.knownHostsFile, error.line)]],
        ...via,
      ];
    case 'host-key-rejected':
    case 'host-key-not-saved':
      return [['offeredKey', [key(error.offered)]], ...via];
    case 'bad-config':
      return error.file === null ? [] : [['file', [place(error.file, error.line)]]];
    default:
      return via;
  }
}

function key({ keyType, sha256 }: HostKey): string {
  return `${keyType} ${sha256}`;
}

function place(file: string, line: number | null): string {
  return line === null ? file : `${file}:${line}`;
}
