import type { Message } from '#shared/domain/text';
import { type ConfigCondition, holds } from './config-condition';
import { expandTilde, expandTokens } from './config-paths';

/** What ssh config says of one destination, OpenSSH's defaults filled in. */
export interface ResolvedSshHost {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Files named in the config; empty when none is, and the usual ones apply. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** Socket of the agent; null: the environment's, `none`: no agent at all. */
  readonly identityAgent: string | null;
  readonly knownHostsFiles: readonly string[] | null;
  readonly hostKeyAlias: string | null;
  readonly proxyJump: readonly string[];
  /** What keeps Gantry from reaching it; null when nothing does. */
  readonly problem: Message | null;
}

/** One setting of a config, with every line it stands under. */
export interface ConfigEntry {
  readonly conditions: readonly ConfigCondition[];
  readonly parameter: string;
  readonly values: readonly string[];
}

export interface SshConfigOptions {
  readonly homeDir: string;
  readonly localUser: string;
  readonly localHostName?: string;
  /** For `${NAME}` in paths. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What the entries say of a destination: of each setting the first value that applies, and every key file. */
export function resolveConfig(
  entries: readonly ConfigEntry[],
  options: SshConfigOptions,
  destination: string,
  givenUser?: string,
): ResolvedSshHost {
  const found = new Map<string, readonly string[]>();
  const identityFiles: string[] = [];
  // A section's line is judged once, when it is reached: what comes after it does not change it.
  const judged = new Map<ConfigCondition, boolean>();
  const applies = (condition: ConfigCondition): boolean => {
    const known = judged.get(condition) ?? holds(condition, destination, found, options.localUser);
    judged.set(condition, known);
    return known;
  };
  if (givenUser) found.set('user', [givenUser]);
  for (const { conditions, parameter, values } of entries) {
    if (!conditions.every(applies)) continue;
    if (parameter === 'identityfile') identityFiles.push(...values.slice(0, 1));
    else if (!found.has(parameter)) found.set(parameter, values);
  }
  const first = (parameter: string): string | undefined => found.get(parameter)?.[0];
  const problems: Message[] = [];
  const address = (first('hostname') ?? destination).replaceAll('%h', destination).replaceAll('%%', '%');
  const user = first('user') ?? options.localUser;
  const port = Number(first('port') ?? 22);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    problems.push({ key: 'hosts.list.portInvalid', params: { port: first('port') ?? '' } });
  }
  const { homeDir, environment = {}, localHostName = 'localhost' } = options;
  const tokens = (text: string): string =>
    expandTokens(
      expandTilde(text, homeDir),
      {
        d: homeDir,
        u: options.localUser,
        h: address,
        n: destination,
        r: user,
        p: String(port),
        l: localHostName,
        L: localHostName.split('.')[0] ?? localHostName,
        k: first('hostkeyalias') ?? destination,
      },
      { ...environment, HOME: homeDir },
    );
  // Of the two ways through a gateway the one that is named first holds.
  const proxy = [...found.keys()].find((parameter) => parameter === 'proxyjump' || parameter === 'proxycommand');
  const jump = proxy === 'proxyjump' ? first('proxyjump') : undefined;
  if (proxy === 'proxycommand' && first('proxycommand')?.toLowerCase() !== 'none') {
    problems.push({ key: 'hosts.config.proxyCommand' });
  }
  const agent = first('identityagent');
  const knownHosts = found.get('userknownhostsfile');
  return {
    address,
    port: Number.isInteger(port) ? Math.min(65535, Math.max(1, port)) : 22,
    user,
    identityFiles: [...new Set(identityFiles.filter((path) => path.toLowerCase() !== 'none').map(tokens))],
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
    identityAgent: agentOf(agent, tokens, environment),
    knownHostsFiles: knownHosts && knownHosts[0]?.toLowerCase() !== 'none' ? knownHosts.map(tokens) : null,
    hostKeyAlias: first('hostkeyalias') ?? null,
    proxyJump:
      jump && jump.toLowerCase() !== 'none'
        ? jump
            .split(',')
            .map((hop) => hop.trim())
            .filter(Boolean)
        : [],
    problem: problems[0] ?? null,
  };
}

/** A socket, a variable that names one (`$NAME`, and SSH_AUTH_SOCK as a word of its own), or `none`. */
function agentOf(
  value: string | undefined,
  tokens: (text: string) => string,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  if (value === undefined || value === 'SSH_AUTH_SOCK') return null;
  const variable = /^\$(\w+)$/.exec(value)?.[1];
  if (variable) return environment[variable] ?? 'none';
  return value.toLowerCase() === 'none' ? 'none' : tokens(value);
}
