import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostProcedures } from '../../rpc/hosts';
import { createDirectoryBench, type DirectoryBench, writeHomeFile } from '../testing/directory-bench';

let bench: DirectoryBench;
beforeEach(() => {
  bench = createDirectoryBench();
});
afterEach(async () => bench.close());

describe('what importing an inventory would add', () => {
  it('is told host by host: new, saved already, or the same as one further up', async () => {
    writeHomeFile(bench.homeDir, '.ssh/config', 'Host gpu01\n  HostName 10.0.0.1\n  User ops\n');
    bench.directory.add([{ kind: 'ssh', name: 'first', target: { address: '10.0.0.1', user: 'ops' } }]);
    const client = createRouterClient(hostProcedures(bench.directory));
    const preview = await client.readAnsibleInventory({
      text: '[gpu]\ngpu01\ngpu02 ansible_user=ops\nalso ansible_host=gpu02 ansible_user=ops\nbad ansible_port=x\n',
    });
    expect(preview.hosts.map(({ host, knownAs, sameAs, line }) => [host.name, knownAs, sameAs, line])).toEqual([
      ['gpu01', 'first', null, 2],
      ['gpu02', null, null, 3],
      ['also', null, 'gpu02', 4],
      ['bad', null, null, 5],
    ]);
    expect(preview.hosts[0]?.target).toMatchObject({ address: '10.0.0.1', user: 'ops' });
    expect(preview.notes).toEqual([{ line: 5, message: { key: 'hosts.ansible.badPort', params: { port: 'x' } } }]);
    expect(bench.directory.list()).toHaveLength(1);
  });

  it('can be added as it stands, three hundred at once', async () => {
    const client = createRouterClient(hostProcedures(bench.directory));
    const { hosts } = await client.readAnsibleInventory({
      text: '[gpu]\nn[001:300] ansible_user=ops ansible_port=2022\n',
    });
    const added = await client.add({ hosts: hosts.map(({ host }) => host) });
    expect(added).toHaveLength(300);
    expect(added[299]).toMatchObject({
      name: 'n300',
      tags: ['gpu'],
      target: { address: 'n300', port: 2022, user: 'ops' },
    });
  });
});
