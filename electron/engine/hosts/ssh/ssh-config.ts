import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import SSHConfig, { type Line, LineType, type Section } from 'ssh-config';
import type { Message } from '#shared/domain/text';
import { type ConfigCondition, untellableCriteria } from './config-condition';
import { expandGlob, expandTilde } from './config-paths';
import { type ConfigEntry, type ResolvedSshHost, resolveConfig, type SshConfigOptions } from './resolve-config';

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

const maxIncludeDepth = 16;

/**
 * Reads an ssh config with everything it includes. A file that is not there is an empty one. Sections are resolved by
 * ssh_config(5)'s rule that the first value wins; `Match exec`, which would run a program, never matches and is reported.
 */
export function readSshConfig(file: string, options: SshConfigOptions): SshConfigFile {
  const problems: SshConfigProblem[] = [];
  const entries: ConfigEntry[] = [];
  const aliases = new Set<string>();
  const sshDir = join(options.homeDir, '.ssh');

  const read = (path: string, conditions: readonly ConfigCondition[], depth: number): void => {
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
    conditions: readonly ConfigCondition[],
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
          const condition: ConfigCondition = { kind: parameter, words: values };
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
    for (const name of untellableCriteria(words)) {
      problems.push({ file: path, line, message: say('matchSkipped', { name }) });
    }
  };
  read(file, [], 0);

  return {
    file,
    aliases: [...aliases],
    problems,
    resolve: (destination, user) => resolveConfig(entries, options, destination, user),
  };
}

function say(name: string, params: NonNullable<Message['params']>): Message {
  return { key: `hosts.config.${name}`, params };
}

function valuesOf(value: string | ReadonlyArray<{ val: string }>): string[] {
  if (typeof value !== 'string') return value.map(({ val }) => val);
  // One value, but several words where the parameter takes a list and the parser keeps it whole.
  return [value.trim()];
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
