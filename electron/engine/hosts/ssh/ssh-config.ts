import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import SSHConfig, { type Line, LineType, type Section } from 'ssh-config';
import type { Message } from '#shared/domain/text';

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

export interface SshConfigProblem {
  readonly file: string;
  readonly line: number | null;
  readonly message: Message;
}

export interface SshConfigFile {
  readonly file: string;
  /** Host names without wildcards, in the order of the file. */
  readonly aliases: readonly string[];
  readonly problems: readonly SshConfigProblem[];
  resolve(destination: string, user?: string): ResolvedSshHost;
}

export interface SshConfigOptions {
  readonly homeDir: string;
  readonly localUser: string;
  readonly localHostName?: string;
}

interface Condition {
  readonly kind: 'host' | 'match';
  readonly words: readonly string[];
}

interface Entry {
  readonly conditions: readonly Condition[];
  readonly parameter: string;
  readonly values: readonly string[];
}

const maxIncludeDepth = 16;

/**
 * Reads an ssh config with everything it includes. A file that is not there is an empty one. Sections are resolved by
 * ssh_config(5)'s rule that the first value wins; `Match exec`, which would run a program, never matches and is reported.
 */
export function readSshConfig(file: string, options: SshConfigOptions): SshConfigFile {
  const problems: SshConfigProblem[] = [];
  const entries: Entry[] = [];
  const aliases = new Set<string>();
  const sshDir = join(options.homeDir, '.ssh');

  const read = (path: string, conditions: readonly Condition[], depth: number): void => {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        problems.push({ file: path, line: null, message: say('unreadable', { detail: (error as Error).message }) });
      }
      return;
    }
    let config: SSHConfig;
    try {
      config = SSHConfig.parse(text);
    } catch (error) {
      problems.push({ file: path, line: null, message: say('malformed', { detail: (error as Error).message }) });
      return;
    }
    walk(config, path, conditions, depth, { line: 1 });
  };

  const walk = (
    lines: readonly Line[],
    path: string,
    conditions: readonly Condition[],
    depth: number,
    at: { line: number },
  ): void => {
    for (const line of lines) {
      at.line += countLines(line.before);
      if (line.type === LineType.DIRECTIVE) {
        const values = valuesOf(line.value);
        const parameter = line.param.toLowerCase();
        const here = at.line;
        at.line += countLines(line.after);
        if (parameter === 'host' || parameter === 'match') {
          const condition: Condition = { kind: parameter, words: values };
          if (parameter === 'host') noteAliases(values);
          else noteMatch(values, path, here);
          walk((line as Section).config, path, [...conditions, condition], depth, at);
        } else if (parameter === 'include') {
          if (depth >= maxIncludeDepth) {
            problems.push({ file: path, line: here, message: say('includeDepth', { limit: maxIncludeDepth }) });
            continue;
          }
          for (const value of values) {
            const pattern = expandTilde(value, options.homeDir);
            const absolute = isAbsolute(pattern) ? pattern : join(sshDir, pattern);
            for (const found of expandGlob(absolute)) read(found, conditions, depth + 1);
          }
        } else entries.push({ conditions, parameter, values });
      } else at.line += countLines(line.after);
    }
  };

  const noteAliases = (patterns: readonly string[]): void => {
    for (const pattern of patterns) if (!/[*?!]/.test(pattern)) aliases.add(pattern);
  };
  const noteMatch = (words: readonly string[], path: string, line: number): void => {
    for (const { name } of criteria(words)) {
      if (!computable.has(name)) {
        problems.push({ file: path, line, message: say('matchSkipped', { name }) });
      }
    }
  };
  read(file, [], 0);

  const resolveHost = (destination: string, givenUser?: string): ResolvedSshHost => {
    const found = new Map<string, readonly string[]>();
    const identityFiles: string[] = [];
    if (givenUser) found.set('user', [givenUser]);
    for (const { conditions, parameter, values } of entries) {
      if (!conditions.every((condition) => holds(condition, destination, found, options.localUser))) continue;
      if (parameter === 'identityfile') identityFiles.push(...values.slice(0, 1));
      else if (!found.has(parameter)) found.set(parameter, values);
    }
    const first = (parameter: string): string | undefined => found.get(parameter)?.[0];
    const problemsHere: Message[] = [];
    const address = (first('hostname') ?? destination).replaceAll('%h', destination).replaceAll('%%', '%');
    const user = first('user') ?? options.localUser;
    const port = Number(first('port') ?? 22);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      problemsHere.push({ key: 'hosts.list.portInvalid', params: { port: first('port') ?? '' } });
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
      problemsHere.push(say('proxyCommand'));
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
      problem: problemsHere[0] ?? null,
    };
  };
  return { file, aliases: [...aliases], problems, resolve: resolveHost };
}

function say(name: string, params?: Message['params']): Message {
  return { key: `hosts.config.${name}`, ...(params ? { params } : {}) };
}

function agentOf(value: string | undefined, tokens: (text: string) => string): string | null {
  if (value === undefined || value === 'SSH_AUTH_SOCK') return null;
  return value.toLowerCase() === 'none' ? 'none' : tokens(value);
}

function valuesOf(value: string | ReadonlyArray<{ val: string }>): string[] {
  if (typeof value !== 'string') return value.map(({ val }) => val);
  // One value, but several words where the parameter takes a list and the parser keeps it whole.
  return [value.trim()];
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

const computable = new Set(['all', 'host', 'originalhost', 'user', 'localuser']);

/** Reads `host a,b !user c all` as criteria; each is negated by a `!` before its name. */
function criteria(words: readonly string[]): Array<{ name: string; isNegated: boolean; patterns: string }> {
  const list: Array<{ name: string; isNegated: boolean; patterns: string }> = [];
  // Several words come apart already, with blanks inside quotes kept; a lone one may still be a line.
  const rest = words.length > 1 ? [...words] : (words[0] ?? '').split(/\s+/).filter(Boolean);
  while (rest.length > 0) {
    const word = (rest.shift() ?? '').toLowerCase();
    const isNegated = word.startsWith('!');
    const [name = '', attached] = word.replace(/^!/, '').split('=');
    const takesNone = name === 'all' || name === 'canonical' || name === 'final';
    list.push({ name, isNegated, patterns: takesNone ? '' : (attached ?? rest.shift() ?? '') });
  }
  return list;
}

function holds(
  condition: Condition,
  destination: string,
  found: ReadonlyMap<string, readonly string[]>,
  localUser: string,
): boolean {
  if (condition.kind === 'host') return matchesPatterns(condition.words, destination);
  return criteria(condition.words).every(({ name, isNegated, patterns }) => {
    if (!computable.has(name)) return false;
    const text = {
      all: '',
      host: found.get('hostname')?.[0]?.replaceAll('%h', destination) ?? destination,
      originalhost: destination,
      user: found.get('user')?.[0] ?? localUser,
      localuser: localUser,
    }[name];
    const isMatch = name === 'all' || matchesPatterns(patterns.split(','), text ?? '');
    return isMatch !== isNegated;
  });
}

/** ssh_config(5) PATTERNS: `*` and `?`, a `!` before one excludes; nothing matches by exclusion alone. */
export function matchesPatterns(patterns: readonly string[], text: string): boolean {
  let isMatch = false;
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith('!');
    if (!wildcard(isNegated ? pattern.slice(1) : pattern).test(text)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'is');
}

export function expandTilde(path: string, homeDir: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeDir, path.slice(1)) : path;
}

function expandTokens(text: string, tokens: Readonly<Record<string, string>>): string {
  return text
    .replace(/%([%a-zA-Z])/g, (whole, letter: string) => (letter === '%' ? '%' : (tokens[letter] ?? whole)))
    .replace(/\$\{HOME\}/g, tokens.d ?? '');
}

function expandGlob(path: string): string[] {
  if (!/[*?[]/.test(path)) return [path];
  const [head = '', ...segments] = resolve(path).split('/');
  let found = [head === '' ? '/' : head];
  for (const segment of segments) {
    if (!/[*?[]/.test(segment)) {
      found = found.map((folder) => join(folder, segment));
      continue;
    }
    const pattern = new RegExp(
      `^${segment
        .replace(/[.+^${}()|\\]/g, '\\$&')
        .replaceAll('*', '[^/]*')
        .replaceAll('?', '[^/]')
        .replaceAll('[!', '[^')}$`,
    );
    found = found.flatMap((folder) => {
      try {
        return readdirSync(folder)
          .filter((name) => pattern.test(name) && (segment.startsWith('.') || !name.startsWith('.')))
          .sort()
          .map((name) => join(folder, name));
      } catch {
        return [];
      }
    });
  }
  return found;
}
