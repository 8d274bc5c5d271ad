import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Message } from '#shared/domain/text';
import { type ConfigCondition, untellableCriteria } from './config-condition';
import { readConfigLines } from './config-lines';
import { expandGlob, expandTilde } from './config-paths';
import { indexEntries } from './index-entries';
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

  const read = (path: string, outer: readonly ConfigCondition[], depth: number): void => {
    const text = textOf(path);
    if (typeof text !== 'string') {
      if (text) problems.push({ file: path, line: null, message: text });
      return;
    }
    let conditions = outer;
    for (const { line, keyword, words } of readConfigLines(text)) {
      const note = (message: Message): void => void problems.push({ file: path, line, message });
      if (words === null) note(say('quoteOpen'));
      else if (words.length === 0) note(say('noValue', { keyword }));
      if (keyword === 'host' || keyword === 'match') {
        // One that can't be read applies to nothing, or what stands below it would apply to everything.
        conditions = [...outer, { kind: keyword, words: words ?? [] }];
        if (keyword === 'host') noteAliases(words ?? []);
        else for (const name of untellableCriteria(words ?? [])) note(say('matchSkipped', { name }));
      } else if (words === null || words.length === 0) continue;
      else if (keyword !== 'include') entries.push({ conditions, parameter: keyword, values: words });
      else if (depth >= maxIncludeDepth) note(say('includeDepth', { limit: maxIncludeDepth }));
      else for (const found of words.flatMap(included)) read(found, conditions, depth + 1);
    }
  };

  const included = (word: string): string[] => {
    const pattern = expandTilde(word, options.homeDir);
    return expandGlob(isAbsolute(pattern) ? pattern : join(sshDir, pattern));
  };
  const noteAliases = (patterns: readonly string[]): void => {
    for (const pattern of patterns) if (pattern !== '' && !/[*?!]/.test(pattern)) aliases.add(pattern);
  };
  read(file, [], 0);
  const entriesFor = indexEntries(entries);

  return {
    file,
    aliases: [...aliases],
    problems,
    resolve: (destination, user) => resolveConfig(entriesFor(destination), options, destination, user),
  };
}

/** What stands in a config file, null where there is no such file; a message says why it is not read. */
function textOf(path: string): string | Message | null {
  try {
    // Reading a pipe or a device might never end. `/dev/null` is how ssh is told of no config.
    if (path !== '/dev/null' && !statSync(path).isFile()) return say('notFile');
    const text = readFileSync(path, 'utf8');
    return text.includes('\u0000') ? say('notFile') : text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? null : say('unreadable', { detail: message });
  }
}

function say(name: string, params?: NonNullable<Message['params']>): Message {
  return { key: `hosts.config.${name}`, ...(params ? { params } : {}) };
}
