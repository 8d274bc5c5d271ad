import { expect, it } from 'vitest';
import { translatorOf } from '#shared/i18n/translator';
import { promptWords, unaskedWords } from './prompts';

const base = {
  kind: 'credentials' as const,
  id: '1',
  hostId: null,
  target: 'ops@gpu-07',
  keyFile: null,
  instructions: null,
  fields: [{ text: '', isSecret: true }],
  isRetry: false,
  canRemember: false,
};

it('says whose password or which key’s passphrase is asked for, and that one was wrong', () => {
  const translate = translatorOf('en');
  expect(promptWords({ ...base, method: 'password' }, translate)).toEqual({
    heading: [],
    fields: [{ text: 'Password of ops@gpu-07: ', isSecret: true }],
  });
  expect(promptWords({ ...base, method: 'passphrase', target: '~/.ssh/id_ed25519', isRetry: true }, translate)).toEqual(
    {
      heading: ['That was not accepted. Try again.'],
      fields: [{ text: 'Passphrase of the key ~/.ssh/id_ed25519: ', isSecret: true }],
    },
  );
});

it('puts a line of its own above the words of a server, which can’t move the cursor', () => {
  const words = promptWords(
    {
      ...base,
      method: 'keyboard-interactive',
      instructions: 'Token\u001b[2J\u0007 please',
      fields: [
        { text: 'Password: ', isSecret: true },
        { text: 'Code\r\u001b[1A: ', isSecret: false },
      ],
    },
    translatorOf('zh-CN'),
  );
  expect(words.heading).toEqual([expect.stringContaining('ops@gpu-07'), 'Token\ufffd please']);
  expect(words.fields).toEqual([
    { text: 'Password: ', isSecret: true },
    { text: 'Code\n: ', isSecret: false },
  ]);
});

it('says what was not asked for want of a terminal', () => {
  const translate = translatorOf('en');
  expect(unaskedWords({ ...base, method: 'password' }, translate)).toBe(
    'Password of ops@gpu-07: there is no terminal to ask on, so the login is given up.',
  );
  const offered = { keyType: 'ssh-ed25519', sha256: 'SHA256:abc' };
  const hostKey = { kind: 'host-key', id: '1', hostId: null, target: 'gpu-07', offered, knownHostsFile: '/k' } as const;
  expect(unaskedWords(hostKey, translate)).toMatch(/^gpu-07 is not known yet .*SHA256:abc.* no terminal/);
});
