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
  if (givenUser) found.set('user', [givenUser]);
  for (const { conditions, parameter, values } of entries) {
    if (!conditions.every((condition) => holds(condition, destination, found, options.localUser))) continue;
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
  const tokens = (text: string): string =>
    expandTokens(expandTilde(text, options.homeDir), {
      d: options.homeDir,
      u: options.localUser,
      h: address,
      n: destination,
      r: user,
      p: String(port),
      l: options.localHostName ?? 'localhost',
    });
  const jump = first('proxyjump');
  const proxyCommand = found.get('proxycommand');
  if (proxyCommand && proxyCommand[0]?.toLowerCase() !== 'none' && jump === undefined) {
    problems.push({ key: 'hosts.config.proxyCommand' });
  }
  const agent = first('identityagent');
  const knownHosts = found.get('userknownhostsfile');
  return {
    address,
    port: Number.isInteger(port) ? Math.min(65535, Math.max(1, port)) : 22,
    user,
    identityFiles: identityFiles.filter((path) => path.toLowerCase() !== 'none').map(tokens),
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
    identityAgent: agentOf(agent, tokens),
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
function agentOf(value: string | undefined, tokens: (text: string) => string): string | null {
  if (value === undefined || value === 'SSH_AUTH_SOCK') return null;
  return value.toLowerCase() === 'none' ? 'none' : tokens(value);
}
