import { expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import type { HostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';
import { nodeScope } from './node-scope';

const gpu = 'GPU-0c6a8d0e-0000-0000-0000-000000000000';

/** A node with one GPU. `free`: sudo asks for no password; privileged commands run all the same, as one was given. */
function node(free: boolean) {
  const answer = ({ argv, privilege }: CommandSpec): readonly [exitCode: number, stdout: string] => {
    if (privilege === 'root') return [0, ''];
    if (argv[0] === 'nvidia-smi') return [0, `0, ${gpu}, 700.00, 200.00, 700.00\n`];
    if (argv[0] === 'id') return [0, 'pat\n'];
    return [argv[0] === 'sudo' && !free ? 1 : 0, ''];
  };
  const exec = async (spec: CommandSpec) => {
    const [exitCode, text] = answer(spec);
    const stdout = new TextEncoder().encode(text);
    return { spec, state: 'exited', exitCode, stdout, stderr: new Uint8Array() };
  };
  const hosts = { spec: () => ({ kind: 'ssh' }), open: async () => ({ id: 'n', kind: 'ssh', exec }) };
  return {
    hosts: hosts as unknown as HostDirectory,
    inventory: { keepEvidence: () => 'e' } as unknown as Inventory,
    nowMs: () => 0,
    signal: new AbortController().signal,
  };
}

it('counts no right that a password gives: nobody could put limits back after the engine forgot it', async () => {
  expect((await nodeScope('n', node(true))).missingLine['power-limit']).toBeNull();
  expect((await nodeScope('n', node(false))).missingLine['power-limit']).toMatch(/^pat ALL=\(root\) NOPASSWD: /);
});
