import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInventory } from './read-inventory';

const ini = `# the lab
jumper ansible_host=192.0.2.50

[gpu]
gpu[01:03].lab ansible_user=ops
dgx-a:2222   ansible_ssh_private_key_file="~/keys/dgx a" # the old one

[storage]
nas01 ansible_host=10.0.0.9 ansible_port=22

[cluster:children]
gpu
storage

[cluster:vars]
ansible_user = root
ansible_ssh_common_args='-o ProxyJump=ops@gate.lab:2200,inner -o StrictHostKeyChecking=no'
ansible_become_password=hunter2

[all:vars]
ansible_port=2022
`;

const yaml = `---
all:
  vars:
    ansible_port: 2022
  hosts:
    jumper:
      ansible_host: 192.0.2.50
  children:
    cluster:
      vars:
        ansible_user: root
        ansible_ssh_common_args: '-o ProxyJump=ops@gate.lab:2200,inner -o StrictHostKeyChecking=no'
        ansible_become_password: hunter2
      children:
        gpu:
          hosts:
            gpu[01:03].lab:
              ansible_user: ops
            dgx-a:
              ansible_port: 2222
              ansible_ssh_private_key_file: ~/keys/dgx a
        storage:
          hosts:
            nas01:
              ansible_host: 10.0.0.9
              ansible_port: 22
`;
const hop = { proxyJump: ['ops@gate.lab:2200', 'inner'] };
const expected = [
  { name: 'jumper', target: { address: '192.0.2.50', port: 2022 } },
  ...['01', '02', '03'].map((number) => ({
    name: `gpu${number}.lab`,
    tags: ['cluster', 'gpu'],
    target: { address: `gpu${number}.lab`, port: 2022, user: 'ops', ...hop },
  })),
  {
    name: 'dgx-a',
    tags: ['cluster', 'gpu'],
    target: { address: 'dgx-a', port: 2222, user: 'root', identityFiles: ['~/keys/dgx a'], ...hop },
  },
  { name: 'nas01', tags: ['cluster', 'storage'], target: { address: '10.0.0.9', port: 22, user: 'root', ...hop } },
].map((host) => ({ kind: 'ssh', ...host }));

const hostsOf = (text: string, fileName?: string) => readInventory(text, fileName).hosts.map(({ host }) => host);
const notesOf = (text: string, fileName?: string) =>
  readInventory(text, fileName).notes.map(({ line, message }) => [line, message.key.replace('hosts.ansible.', '')]);

describe('an Ansible inventory', () => {
  it('in INI and in YAML gives the same hosts, with groups as tags and the innermost variable', () => {
    expect(readInventory(ini)).toMatchObject({ format: 'ini' });
    expect(hostsOf(ini)).toEqual(expected);
    expect(readInventory(yaml)).toMatchObject({ format: 'yaml' });
    expect(hostsOf(yaml)).toEqual(expected);
  });

  it('is told with the lines of what is not taken over: secrets by their name alone, options of ssh as written', () => {
    const { notes } = readInventory(ini);
    expect(notes).toEqual([
      { line: 17, message: { key: 'hosts.ansible.sshOption', params: { option: '-o StrictHostKeyChecking=no' } } },
      { line: 18, message: { key: 'hosts.ansible.secret', params: { variable: 'ansible_become_password' } } },
    ]);
    expect(JSON.stringify([notes, hostsOf(ini), readInventory(yaml)])).not.toContain('hunter2');
  });

  it('is never run: templates and vaults stay what they are, and the name of the host is its address', () => {
    const text = `[gpu]
gpu01 ansible_host="{{ lookup('pipe', 'touch /tmp/x') }}" ansible_user='{{ me }}'
`;
    expect(hostsOf(text)).toEqual([{ kind: 'ssh', name: 'gpu01', tags: ['gpu'], target: { address: 'gpu01' } }]);
    expect(notesOf(text)).toEqual([
      [2, 'template'],
      [2, 'template'],
    ]);
    const vault = `all:
  hosts:
    gpu01:
      ansible_user: !vault |
        $ANSIBLE_VAULT;1.1;AES256
        6162
      other: !vault |
        $ANSIBLE_VAULT;1.1;AES256
        6162
`;
    expect(hostsOf(vault)).toEqual([{ kind: 'ssh', name: 'gpu01', target: { address: 'gpu01' } }]);
    expect(notesOf(vault)).toEqual([[4, 'vault']]);
    expect(notesOf('#!/usr/bin/env python3\nprint("{}")\n')).toEqual([[1, 'isScript']]);
    expect(notesOf('$ANSIBLE_VAULT;1.1;AES256\n6162\n')).toEqual([[1, 'isVault']]);
  });

  it.each<[string, string, Array<[number | null, string]>]>([
    ['an unknown section', '[gpu:hosts_of]\na\n[x]\nb\n', [[1, 'unknownSection']]],
    ['a range that goes back', '[x]\ngpu[9:1]\nb\n', [[2, 'badRange']]],
    ['a range without an end', '[x]\ngpu[1:\nb\n', [[2, 'badRange']]],
    ['a range of a million', '[x]\ngpu[1:1000000]\nb\n', [[2, 'badRange']]],
    ['a word that is no variable', '[x]\nb ansible_user\n', [[2, 'notAVariable']]],
    ['a quote that is left open', "[x]\nc ansible_user='me\nb\n", [[2, 'openQuote']]],
    ['a port that is none', '[x]\nb ansible_port=ssh\n', [[2, 'badPort']]],
    ['an address that is none', '[x]\nc ansible_host=not/a/name\nb\n', [[2, 'badAddress']]],
    ['a host that is not reached over SSH', '[x]\nwin ansible_connection=winrm\nb\n', [[2, 'notSsh']]],
    ['groups in a circle', '[x]\nb\n[x:children]\ny\n[y:children]\nx\n', [[null, 'cycle']]],
    ['a proxy that is not ssh', `[x]\nb ansible_ssh_common_args='-o ProxyCommand="evil %h"'\n`, [[2, 'sshOption']]],
  ])('goes on after %s, and says where it is', (_, text, notes) => {
    expect(notesOf(text)).toEqual(notes);
    expect(hostsOf(text).map(({ name }) => name)).toEqual(['b']);
  });

  it.each<[string, string, Array<[number | null, string]>]>([
    ['hosts as a list', 'all:\n  hosts:\n    - gpu01\n', [[2, 'hostsNotAMap']]],
    ['a key that no group has', 'all:\n  hots:\n    gpu01:\n', [[2, 'unknownKey']]],
    ['a list at the top', '- gpu01\n', [[1, 'notAnInventory']]],
    ['a tab in the indentation', 'all:\n\thosts:\n\t\tgpu01:\n', [[2, 'badYaml']]],
    ['nothing', '', [[null, 'empty']]],
  ])('in YAML says where %s stands', (_, text, notes) => {
    expect(notesOf(text, 'hosts.yml')).toEqual(notes);
  });

  it.each([
    [`-o ProxyCommand="ssh -W %h:%p -q ops@gate"`, ['ops@gate']],
    [`-o 'ProxyCommand=ssh -p 2200 -l ops gate.lab nc %h %p'`, ['ops@gate.lab:2200']],
    ['-J one,two:2200', ['one', 'two:2200']],
    ['-C -o ControlMaster=auto -oProxyJump=gate', ['gate']],
  ])('takes the gateway of %s', (args, proxyJump) => {
    const text = `all:\n  hosts:\n    b:\n      ansible_ssh_common_args: ${JSON.stringify(args)}\n`;
    expect(hostsOf(text)).toMatchObject([{ target: { proxyJump } }]);
    expect(notesOf(text)).toEqual([]);
  });

  it('reads what ansible-inventory --list prints', () => {
    const list = {
      _meta: { hostvars: { gpu01: { ansible_host: '10.0.0.1', ansible_port: 2222 } } },
      all: { children: ['ungrouped', 'gpu'] },
      gpu: { hosts: ['gpu01', 'gpu02'] },
    };
    expect(hostsOf(JSON.stringify(list, null, 2))).toEqual([
      { kind: 'ssh', name: 'gpu01', tags: ['gpu'], target: { address: '10.0.0.1', port: 2222 } },
      { kind: 'ssh', name: 'gpu02', tags: ['gpu'], target: { address: 'gpu02' } },
    ]);
  });

  it('gives the variable of the inner group before the outer, and of equals to the one with the higher priority', () => {
    const text = `[a]
n
[b]
n
[outer:children]
a
b
[outer:vars]
ansible_user=outer
ansible_port=1
[a:vars]
ansible_user=a
ansible_group_priority=10
[b:vars]
ansible_user=b
`;
    expect(hostsOf(text)).toMatchObject([{ target: { user: 'a', port: 1 }, tags: ['a', 'b', 'outer'] }]);
  });

  it('takes over what an anchor stands for, behind what is written beside it, and ends at one that holds itself', () => {
    const text = `all:
  vars: &base {ansible_user: base, ansible_port: 7}
  children:
    gpu:
      vars:
        ansible_user: gpu
        <<: *base
      hosts: {n: &own {ansible_host: 10.0.0.1, <<: *own}}
`;
    expect(hostsOf(text)).toMatchObject([{ target: { address: '10.0.0.1', user: 'gpu', port: 7 } }]);
  });

  // Each was given to ansible-inventory 2.14 as well.
  it.each([
    ['ansible_user=ops # me', undefined],
    ['ansible_user="ops" # me', 'ops'],
    ["ansible_user = 'ops'", 'ops'],
    ['ansible_user=ops', 'ops'],
  ])('reads %s of a group as Ansible does: a text goes to the end of its line', (line, user) => {
    const [host] = hostsOf(`[x]\nn\n[x:vars]\n${line}\nansible_port = 22 # the usual\n`);
    expect(host?.target).toEqual({ address: 'n', port: 22, ...(user === undefined ? {} : { user }) });
  });

  it('reads 300 hosts in nested groups, each once', () => {
    const text = `[gpu]\nrack[a:c]-n[001:100] ansible_user=ops\n[all:vars]\nansible_port=2022\n`;
    const hosts = hostsOf(text);
    expect(new Set(hosts.map(({ name }) => name)).size).toBe(300);
    expect(hosts.at(-1)).toMatchObject({ name: 'rackc-n100', target: { user: 'ops', port: 2022 } });
  });

  it('is total: any text gives hosts or notes, and anchors do not multiply it', () => {
    const pieces = [
      '[all:vars]',
      '[x:children]',
      'a[1:3]',
      'ansible_host=',
      '{{',
      'hosts:',
      '  - ',
      '\n',
      ': ',
      '&a ',
      '*a',
      '<<',
    ];
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('', 'hosts.yml', 'hosts.ini'), (given, name) => {
        const { hosts, notes } = readInventory(given, name);
        expect(hosts.length + notes.length).toBeGreaterThan(0);
        for (const { host } of hosts) expect(host.target.address).not.toBe('');
      }),
    );
    const bomb = `a: &a {hosts: {n: }}\n${'bcdefghij'
      .split('')
      .map((name, index) => {
        const before = 'abcdefghij'[index];
        return `${name}: &${name} {children: {${Array.from({ length: 9 }, (_, at) => `c${at}: *${before}`).join(', ')}}}`;
      })
      .join('\n')}\n`;
    expect(readInventory(bomb, 'hosts.yml').hosts).toHaveLength(1);
  });
});
