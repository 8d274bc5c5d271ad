import { describe, expect, it } from 'vitest';
import { type HostError, hostErrorSchema } from '../domain/host';
import { hostErrorWords } from './host-error-words';
import { translatorOf } from './translator';

const offered = { keyType: 'ssh-ed25519', sha256: 'SHA256:new' };
const samples: { readonly [Code in HostError['code']]: Extract<HostError, { code: Code }> } = {
  dns: { code: 'dns', address: 'gpu-07', via: null },
  refused: { code: 'refused', address: 'gpu-07', port: 22, via: 'gate' },
  unreachable: { code: 'unreachable', address: 'gpu-07', port: 22, via: null },
  timeout: { code: 'timeout', address: 'gpu-07', port: 22, timeoutMs: 15_000, via: null },
  'auth-failed': {
    code: 'auth-failed',
    user: 'ops',
    offered: ['publickey', 'password'],
    tried: ['publickey ~/.ssh/id_ed25519'],
    skipped: [{ what: '~/.ssh/id_rsa', why: { key: 'hosts.keyProblem.wrongPassphrase' } }],
    via: null,
  },
  'host-key-rejected': { code: 'host-key-rejected', offered, via: null },
  'host-key-not-saved': {
    code: 'host-key-not-saved',
    offered,
    message: { key: 'errors.storage.readOnly', params: { path: '/home/ops/.ssh/known_hosts', disk: '/home' } },
    via: null,
  },
  'host-key-changed': {
    code: 'host-key-changed',
    offered,
    known: [{ keyType: 'ssh-ed25519', sha256: 'SHA256:old' }],
    knownHostsFile: '/home/ops/.ssh/known_hosts',
    line: 7,
    via: null,
  },
  'not-ssh': { code: 'not-ssh', address: 'gpu-07', port: 80, detail: 'HTTP/1.1 400' },
  unanswered: { code: 'unanswered', via: null },
  busy: { code: 'busy', detail: 'Exceeded MaxStartups', via: null },
  'forwarding-refused': { code: 'forwarding-refused', address: '10.0.0.7', port: 22, via: null },
  handshake: { code: 'handshake', detail: 'no matching key exchange', via: null },
  'connection-lost': { code: 'connection-lost', detail: 'reset' },
  'no-shell': { code: 'no-shell', detail: 'This account is not available.' },
  'no-encoder': { code: 'no-encoder' },
  'bad-config': {
    code: 'bad-config',
    message: { key: 'hosts.config.proxyCommand' },
    file: '/home/ops/.ssh/config',
    line: null,
  },
  unsupported: { code: 'unsupported', detail: 'not on a bundle' },
  cancelled: { code: 'cancelled' },
};

describe.each(['en', 'zh-CN'] as const)('hostErrorWords in %s', (language) => {
  const translate = translatorOf(language);

  it.each(Object.values(samples))('says of $code what happened, what it means and what to do', (error) => {
    expect(hostErrorSchema.parse(error)).toEqual(error);
    const { title, explain, todo } = hostErrorWords(error, translate);
    for (const words of [title, explain, todo]) {
      expect(words).not.toMatch(/\{\{|^hosts\.|\bundefined\b/);
      expect(words.length).toBeGreaterThan(1);
    }
  });
});

it('lists what was offered, tried and not usable, and the keys of a host that changed', () => {
  const translate = translatorOf('en');
  expect(hostErrorWords(samples['auth-failed'], translate).facts).toEqual([
    { label: 'Methods the server offers', lines: ['publickey', 'password'] },
    { label: 'Tried', lines: ['publickey ~/.ssh/id_ed25519'] },
    { label: 'Not usable', lines: ['~/.ssh/id_rsa: wrong passphrase'] },
  ]);
  expect(hostErrorWords(samples['host-key-changed'], translate).facts).toEqual([
    { label: 'Key offered now', lines: ['ssh-ed25519 SHA256:new'] },
    { label: 'Key known before', lines: ['ssh-ed25519 SHA256:old'] },
    { label: 'File', lines: ['/home/ops/.ssh/known_hosts:7'] },
  ]);
  expect(hostErrorWords(samples.refused, translate).facts).toEqual([{ label: 'Gateway', lines: ['gate'] }]);
});

it('says a problem of ssh config in the language of the rest', () => {
  expect(hostErrorWords(samples['bad-config'], translatorOf('zh-CN')).explain).toContain('不支持 ProxyCommand');
});
