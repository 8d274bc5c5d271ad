import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSshConfig, type SshConfigFile } from './ssh-config';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gantry-config-'));
  mkdirSync(join(home, '.ssh/conf.d'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

function read(files: Record<string, string>, localUser = 'me'): SshConfigFile {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, '.ssh', name), text);
  return readSshConfig(join(home, '.ssh/config'), { homeDir: home, localUser, localHostName: 'desk' });
}

describe('readSshConfig', () => {
  it('takes the first value, across wildcards, negation and files included by a glob', () => {
    const config = read({
      config: [
        'Include conf.d/*.conf',
        'Host gpu-* !gpu-09',
        '  User ops',
        '  Port=2200',
        'Host gpu-01 gpu-02',
        '  HostName %h.rack.example',
        '  User late',
        'Host bastion',
        '  HostName 10.0.0.1',
        'Host *',
        '  ProxyJump none',
        '  IdentityFile ~/.ssh/id_%h_%r',
        '  IdentityFile "%d/.ssh/with space"',
        '',
      ].join('\n'),
      'conf.d/10-a.conf': 'Host gpu-02\n  ProxyJump bastion,root@edge:2222\n  Include conf.d/deep\n',
      'conf.d/deep': 'IdentitiesOnly yes\nIdentityAgent none\n',
      'conf.d/ignored.txt': 'Host never\n',
    });
    expect(config.aliases).toEqual(['gpu-02', 'gpu-01', 'bastion']);
    expect(config.problems).toEqual([]);
    expect(config.resolve('gpu-02')).toEqual({
      address: 'gpu-02.rack.example',
      port: 2200,
      user: 'ops',
      identityFiles: [join(home, '.ssh/id_gpu-02.rack.example_ops'), join(home, '.ssh/with space')],
      identitiesOnly: true,
      identityAgent: 'none',
      knownHostsFiles: null,
      hostKeyAlias: null,
      proxyJump: ['bastion', 'root@edge:2222'],
      problem: null,
    });
    expect(config.resolve('gpu-09')).toMatchObject({ address: 'gpu-09', port: 22, user: 'me', proxyJump: [] });
    expect(config.resolve('gpu-01')).toMatchObject({ identitiesOnly: false, identityAgent: null, proxyJump: [] });
  });

  it('agrees with ssh -G', () => {
    const lines = [
      'Host a*',
      '  Port 1001',
      `Match host *.example user ${userInfo().username}`,
      '  Port 1002',
      'Match originalhost beta,gamma',
      '  User greek',
      'Host beta !alpha',
      '  HostName beta.example',
      'Host b?ta *.net',
      '  Port 1003',
      '  UserKnownHostsFile /tmp/one /tmp/two',
      '  ProxyJump first@gate:22',
      'Match all',
      '  User everyone',
      '  Port 1004',
    ];
    const config = read({ config: `${lines.join('\n')}\n` }, userInfo().username);
    for (const name of ['alpha', 'beta', 'gamma', 'x.net', 'x.example', 'other']) {
      const printed = execFileSync('ssh', ['-G', '-T', '-F', join(home, '.ssh/config'), name], { encoding: 'utf8' });
      const value = (key: string): string => new RegExp(`^${key} (.*)$`, 'm').exec(printed)?.[1] ?? '';
      const found = config.resolve(name);
      const own = [found.address, String(found.port), found.user, found.proxyJump.join(',')];
      const theirs = [value('hostname'), value('port'), value('user'), value('proxyjump').replace(':22', '')];
      expect([name, ...own.map((word) => word.replace(':22', ''))]).toEqual([name, ...theirs]);
    }
  });

  it('agrees with ssh -G on quotes, escapes, comments, CRLF, case and which way through a gateway comes first', () => {
    const lines = [
      `Host "one" 'two' # not-a-host`,
      `  HostName='%h.lab'`,
      '  User "o p#s" # a comment',
      '  IdentityFile ~/a\\ b',
      '  IdentityFile \'~/c "d"\'',
      '\tProxyCommand none',
      'HOST GPU-*',
      '  Port = 2022',
      'host *',
      '  ProxyJump gate',
      'Match host "one.lab,other"',
      '  Port 2023',
    ];
    const config = read({ config: lines.join('\r\n') }, userInfo().username);
    expect([config.aliases, config.problems]).toEqual([['one', 'two'], []]);
    for (const name of ['one', 'two', 'GPU-1', 'gpu-1', 'other']) {
      const printed = execFileSync('ssh', ['-G', '-T', '-F', join(home, '.ssh/config'), name], { encoding: 'utf8' });
      const value = (key: string): string => new RegExp(`^${key} (.*)$`, 'm').exec(printed)?.[1] ?? '';
      const { address, port, user, proxyJump, identityFiles } = config.resolve(name);
      expect([name, address.toLowerCase(), String(port), user, proxyJump.join()]).toEqual([
        name,
        value('hostname'),
        value('port'),
        value('user'),
        value('proxyjump'),
      ]);
      if (name === 'one') expect(identityFiles).toEqual([join(home, 'a b'), join(home, 'c "d"')]);
    }
  });

  it('fills in variables of the environment', () => {
    const variable = (name: string): string => `$\{${name}}`;
    const text = [
      'Host a',
      `  IdentityFile ${variable('KEYS')}/k`,
      '  IdentityAgent $MY_AGENT',
      `  UserKnownHostsFile ${variable('KEYS')}/kh ${variable('NOT_SET')}/kh`,
      'Host b',
      '  IdentityAgent $NOT_SET',
    ];
    writeFileSync(join(home, '.ssh/config'), text.join('\n'));
    const environment = { KEYS: '/keys here', MY_AGENT: '/run/agent' };
    const config = readSshConfig(join(home, '.ssh/config'), { homeDir: home, localUser: 'me', environment });
    expect(config.resolve('a')).toMatchObject({
      identityFiles: ['/keys here/k'],
      identityAgent: '/run/agent',
      knownHostsFiles: ['/keys here/kh', `${variable('NOT_SET')}/kh`],
    });
    expect(config.resolve('b').identityAgent).toBe('none');
  });

  it('leaves out a line that it can not read, a range that is none and what is no file, and keeps the rest', () => {
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', join(home, '.ssh/conf.d/pipe')]);
    const config = read({
      config:
        'Host one\n  User "half\n  Port 2022\nInclude conf.d/[ conf.d/* /dev/zero\nHost\n  User nobody\nHost two\n  Port 2023\n',
      'conf.d/good': 'Host three\n',
      'conf.d/wide': 'H\u0000o\u0000s\u0000t\u0000 \u0000x\u0000\n\u0000',
    });
    expect(config.aliases).toEqual(['one', 'three', 'two']);
    expect(config.problems.map(({ file, line, message: { key } }) => [file.replace(home, '~'), line, key])).toEqual([
      ['~/.ssh/config', 2, 'hosts.config.quoteOpen'],
      ['~/.ssh/conf.d/pipe', null, 'hosts.config.notFile'],
      ['~/.ssh/conf.d/wide', null, 'hosts.config.notFile'],
      ['/dev/zero', null, 'hosts.config.notFile'],
      ['~/.ssh/config', 5, 'hosts.config.noValue'],
    ]);
    expect([config.resolve('one'), config.resolve('two')]).toMatchObject([
      { user: 'me', port: 2022 },
      { user: 'me', port: 2023 },
    ]);
  });

  it('takes a config of a megabyte, with bytes that are no UTF-8', () => {
    const hosts = Array.from(
      { length: 10_000 },
      (_, index) => `Host gpu-${index}\n  HostName 10.0.0.${index % 250}\n  Port ${index + 1}\n`,
    );
    const bytes = Buffer.concat([
      Buffer.from('# caf\u00e9 \u00ff\n', 'latin1'),
      Buffer.from(hosts.join('\n# a comment line to fill it up a little more than that\n')),
    ]);
    expect(bytes.length).toBeGreaterThan(1_000_000);
    writeFileSync(join(home, '.ssh/config'), bytes);
    const config = readSshConfig(join(home, '.ssh/config'), { homeDir: home, localUser: 'me' });
    expect([config.aliases.length, config.problems]).toEqual([10_000, []]);
    expect(config.aliases.map((alias) => config.resolve(alias).port)).toEqual(hosts.map((_, index) => index + 1));
  });

  it('reports with file and line what it can not evaluate, and goes on', () => {
    const config = read({
      config:
        'Host one\n  Port 22\n\nMatch exec "rm -rf /" user x\n  User evil\n\nHost two\n  ProxyCommand nc %h %p\nInclude conf.d/self\n',
      'conf.d/self': 'Include conf.d/self\n',
    });
    expect(config.problems).toEqual([
      {
        file: join(home, '.ssh/config'),
        line: 4,
        message: { key: 'hosts.config.matchSkipped', params: { name: 'exec' } },
      },
      {
        file: join(home, '.ssh/conf.d/self'),
        line: 1,
        message: { key: 'hosts.config.includeDepth', params: { limit: 16 } },
      },
    ]);
    expect(config.resolve('one')).toMatchObject({ user: 'me', problem: null });
    expect(config.resolve('two').problem).toEqual({ key: 'hosts.config.proxyCommand' });
  });

  it('takes a missing file for an empty one and survives any text', () => {
    expect(readSshConfig(join(home, 'none'), { homeDir: home, localUser: 'me' })).toMatchObject({
      aliases: [],
      problems: [],
    });
    const config = read({ config: '\u0001 Host\n"unclosed\nHost\nMatch\nPort abc\nHost ok\n  Port 99999\n' });
    expect(config.resolve('ok').user).toBe('me');
  });
});
