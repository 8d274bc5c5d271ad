import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDestination, parseHostList } from './host-list';

describe('parseHostList', () => {
  it('reads users, ports, IPv6, names and comments, and says what is wrong line by line', () => {
    const text = [
      '# rack 12',
      'gpu-01',
      '  admin@gpu-02:2222   GPU two # second',
      '',
      'root@[2001:db8::1]:2200\r',
      'fe80::1%eth0',
      'ssh://ops@gpu-03',
      'gpu-01',
      'gpu-04',
      'bad host:port',
      'gpu-05:99999',
      '@gpu-06',
      'gpu;reboot',
      '$(reboot)',
      '[gpu_nodes]',
      '\ufeff[gpu-07]:2222',
      'x'.repeat(300),
    ].join('\n');
    const { hosts, problems } = parseHostList(text, ({ address }) => (address === 'gpu-04' ? 'four' : null));
    expect(hosts).toEqual([
      { kind: 'ssh', target: { address: 'gpu-01' } },
      { kind: 'ssh', name: 'GPU two', target: { address: 'gpu-02', user: 'admin', port: 2222 } },
      { kind: 'ssh', target: { address: '2001:db8::1', user: 'root', port: 2200 } },
      { kind: 'ssh', target: { address: 'fe80::1%eth0' } },
      { kind: 'ssh', target: { address: 'gpu-03', user: 'ops' } },
      { kind: 'ssh', name: 'reboot', target: { address: 'gpu' } },
      { kind: 'ssh', target: { address: 'gpu-07', port: 2222 } },
    ]);
    expect(problems.map(({ message, ...rest }) => ({ ...rest, key: message.key.replace('hosts.list.', '') }))).toEqual([
      { line: 8, text: 'gpu-01', detail: 'The same as line 2.', key: 'sameLine' },
      { line: 9, text: 'gpu-04', detail: 'Already added as four.', key: 'alreadyAdded' },
      {
        line: 10,
        text: 'bad host:port',
        detail: 'There is more than one address here; give each its own line.',
        key: 'oneEach',
      },
      { line: 11, text: 'gpu-05:99999', detail: '"99999" is not a port (1 to 65535).', key: 'portInvalid' },
      { line: 12, text: '@gpu-06', detail: 'There is no user name before the @.', key: 'userMissing' },
      {
        line: 14,
        text: '$(reboot)',
        detail: '"$(reboot)" is neither a host name nor an address.',
        key: 'addressInvalid',
      },
      {
        line: 15,
        text: '[gpu_nodes]',
        detail: '"[gpu_nodes]" is neither a host name nor an address.',
        key: 'addressInvalid',
      },
      expect.objectContaining({ line: 17, key: 'addressInvalid' }),
    ]);
  });

  it('accounts for every line of any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { hosts, problems } = parseHostList(text, () => null);
        const lines = text.split(/\r\n|\r|\n/).filter((line) =>
          line
            .replace(/(^|\s)#.*$/, '')
            .split(/[\s,;]+/)
            .some(Boolean),
        );
        expect(hosts.length + problems.length).toBe(lines.length);
      }),
    );
  });

  it('refuses a bracket that is not closed', () => {
    expect(parseDestination('[::1')).toMatchObject({ message: { key: 'hosts.list.addressInvalid' } });
  });
});
