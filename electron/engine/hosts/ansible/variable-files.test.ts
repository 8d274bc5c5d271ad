import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInventory } from './read-inventory';
import { variableFilesBeside } from './variable-files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-ansible-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}
const read = (inventory: string) =>
  readInventory(inventory, 'hosts.ini', variableFilesBeside(join(folder, 'hosts.ini')));
const targets = (inventory: string) =>
  Object.fromEntries(read(inventory).hosts.map(({ name, host }) => [name, host.target]));

const inventory = '[gpu]\ngpu01 ansible_port=2201\ngpu02.lab\n[cluster:children]\ngpu\n[gpu:vars]\nansible_user=ini\n';

describe('files beside an inventory', () => {
  it('go before what the inventory says, the inner group before the outer, the host before all', () => {
    write({
      'group_vars/all.yml': 'ansible_user: everyone\nansible_port: 2000\n',
      'group_vars/cluster': 'ansible_user: cluster\n',
      'group_vars/gpu/10-login.yaml': 'ansible_user: ops\n',
      'group_vars/gpu/20-key.json': '{"ansible_ssh_private_key_file": "/keys/gpu"}',
      'host_vars/gpu01.yml': 'ansible_port: 2222\nansible_host: 10.0.0.1\n',
      'host_vars/gpu02.lab': 'ansible_host: 10.0.0.2\n',
    });
    expect(targets(inventory)).toEqual({
      gpu01: { address: '10.0.0.1', port: 2222, user: 'ops', identityFiles: ['/keys/gpu'] },
      'gpu02.lab': { address: '10.0.0.2', port: 2000, user: 'ops', identityFiles: ['/keys/gpu'] },
    });
  });

  it('say with their name and line what is not taken over: vaults, secrets, templates, what is no YAML', () => {
    write({
      'group_vars/all.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
      'group_vars/gpu.yml':
        'ansible_user: "{{ login }}"\nansible_password: x\nansible_host: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\n',
      'group_vars/cluster.yml': 'a: [\n',
      'host_vars/gpu01.yml': '- a list\n',
    });
    const { hosts, notes } = read(inventory);
    expect(hosts.map(({ host }) => host.target)).toEqual([{ address: 'gpu01', port: 2201 }, { address: 'gpu02.lab' }]);
    expect(notes.map(({ file, line, message: { key } }) => [file, line, key])).toEqual([
      ['group_vars/all.yml', null, 'hosts.ansible.isVault'],
      ['group_vars/cluster.yml', expect.any(Number), 'hosts.ansible.badYaml'],
      ['group_vars/gpu.yml', 1, 'hosts.ansible.template'],
      ['group_vars/gpu.yml', 2, 'hosts.ansible.secret'],
      ['group_vars/gpu.yml', 3, 'hosts.ansible.vault'],
      ['host_vars/gpu01.yml', 1, 'hosts.ansible.varsNotAMap'],
    ]);
  });

  it('are read only where they are plain, not too large and not elsewhere by a link', () => {
    const elsewhere = join(folder, 'elsewhere.yml');
    writeFileSync(elsewhere, 'ansible_user: stranger\n');
    write({ 'group_vars/all.yml~': 'ansible_user: backup\n', 'group_vars/.all.yml': 'ansible_user: hidden\n' });
    write({ 'host_vars/gpu01.yml': `ansible_user: x\n# ${'x'.repeat(1_000_001)}\n` });
    symlinkSync(elsewhere, join(folder, 'group_vars/gpu.yml'));
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', join(folder, 'group_vars/cluster.yml')]);
    expect(targets(inventory)).toMatchObject({ gpu01: { user: 'ini' }, 'gpu02.lab': { user: 'ini' } });
    expect(read(inventory).notes.map(({ file, message: { key } }) => [file, key])).toEqual([
      ['group_vars/cluster.yml', 'hosts.ansible.unreadable'],
      ['group_vars/gpu.yml', 'hosts.ansible.unreadable'],
      ['host_vars/gpu01.yml', 'hosts.ansible.unreadable'],
    ]);
  });

  it('of groups that the inventory has not are never opened', () => {
    write({ 'group_vars/other.yml': 'a: [\n' });
    expect(read(inventory).notes).toEqual([]);
    expect(read('[../../etc]\n[gpu]\ngpu01\n').hosts).toHaveLength(1);
  });
});
