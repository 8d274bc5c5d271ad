import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createContext, defaultDataDir, languageOf } from './context';

afterEach(() => vi.unstubAllEnvs());

describe('languageOf', () => {
  it.each([
    [{ LC_ALL: '', LC_MESSAGES: '', LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [{ LC_ALL: '', LC_MESSAGES: 'zh_CN.UTF-8', LANG: 'C' }, 'zh-CN'],
    [{ LC_ALL: 'C', LC_MESSAGES: 'zh_CN.UTF-8', LANG: 'zh_CN.UTF-8' }, 'en'],
    [{ LC_ALL: '', LC_MESSAGES: '', LANG: '' }, 'en'],
  ])('follows the locale %j', (environment, language) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect(languageOf({})).toBe(language);
    expect(languageOf({ language: 'en' })).toBe('en');
  });
});

describe('defaultDataDir', () => {
  it('is in the home folder, also where HOME is set to nothing', () => {
    expect(defaultDataDir({}, 'linux')).toBe(join(homedir(), '.config/Gantry'));
    vi.stubEnv('HOME', '');
    expect(defaultDataDir({}, 'linux')).toBe(join(userInfo().homedir, '.config/Gantry'));
    expect(defaultDataDir({ XDG_CONFIG_HOME: '/elsewhere' }, 'linux')).toBe('/elsewhere/Gantry');
    expect(defaultDataDir({ GANTRY_DATA_DIR: '/own' }, 'linux')).toBe('/own');
  });
});

describe('confirm', () => {
  const { isTTY } = process.stdin;
  afterEach(() => {
    process.stdin.isTTY = isTTY;
  });

  it.each([
    ['what nobody could read', true, false],
    ['where there is no terminal', false, true],
  ])('does nothing of %s, and says how', async (_what, isTerminal, isShown) => {
    process.stdin.isTTY = isTerminal;
    const { signal } = new AbortController();
    const context = createContext({ language: 'en' }, { signal, isExpected: false });
    await expect(context.confirm(isShown)).rejects.toThrow(/Nothing was done\. Add --yes/);
  });
});
