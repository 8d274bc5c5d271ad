import { Button, Checkbox, Code, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Prompt } from '#shared/contract/hosts';
import { useWords } from '../app/i18n';
import { KeyValueTable } from './key-value-table';
import { StateBadge } from './state-badge';
import { useReturnFocus } from './use-return-focus';

type PromptOf<Kind extends Prompt['kind']> = Extract<Prompt, { kind: Kind }>;
/** Null cancels. */
type Answer = (answers: string[] | null, remember?: boolean) => void;

interface PromptDialogProps {
  prompt: Prompt;
  /** How many more wait behind it. */
  waitingCount: number;
  answer: Answer;
}

/** One question of the engine: credentials, or whether to trust a host's key. */
export function PromptDialog({ prompt, waitingCount, answer }: PromptDialogProps) {
  const { t } = useWords();
  useReturnFocus(true);
  const title =
    prompt.kind === 'host-key'
      ? t('shell.prompt.hostKeyTitle', { target: prompt.target })
      : t('shell.prompt.credentialsTitle', { target: prompt.target });
  return (
    <Modal
      opened
      onClose={() => answer(null)}
      title={title}
      size={520}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('shell.prompt.cancel') }}
      zIndex={350}
    >
      {prompt.kind === 'host-key' ? (
        <HostKeyPrompt key={prompt.id} prompt={prompt} answer={answer} />
      ) : (
        <CredentialsPrompt key={prompt.id} prompt={prompt} answer={answer} />
      )}
      {waitingCount > 0 && (
        <Text c="dimmed" mt="sm">
          {t('shell.prompt.waiting', { count: waitingCount })}
        </Text>
      )}
    </Modal>
  );
}

function CredentialsPrompt({ prompt, answer }: { prompt: PromptOf<'credentials'>; answer: Answer }) {
  const { t } = useWords();
  const [values, setValues] = useState(() => prompt.fields.map(() => ''));
  const [remember, setRemember] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    answer(values, remember);
  };
  const change = (index: number, value: string) => setValues(values.map((old, at) => (at === index ? value : old)));
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text>
          {prompt.method === 'password' && t('shell.prompt.password')}
          {prompt.method === 'passphrase' && t('shell.prompt.passphrase', { file: prompt.keyFile ?? '' })}
          {prompt.method === 'keyboard-interactive' && t('shell.prompt.keyboardInteractive')}
        </Text>
        {prompt.instructions && <Code block>{prompt.instructions}</Code>}
        {prompt.isRetry && <StateBadge tone="warn">{t('shell.prompt.retry')}</StateBadge>}
        {prompt.fields.map((field, index) => {
          const Field = field.isSecret ? PasswordInput : TextInput;
          return (
            <Field
              // biome-ignore lint/suspicious/noArrayIndexKey: fields are known by their position only
              key={index}
              label={field.text.trim() || t(`shell.prompt.field.${prompt.method}`)}
              value={values[index] ?? ''}
              onChange={(event) => change(index, event.currentTarget.value)}
              autoComplete="off"
              data-autofocus={index === 0 || undefined}
            />
          );
        })}
        {prompt.canRemember && (
          <Checkbox
            label={t('shell.prompt.remember')}
            checked={remember}
            onChange={(event) => setRemember(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => answer(null)}>
            {t('shell.prompt.cancel')}
          </Button>
          <Button type="submit">{t('shell.prompt.continue')}</Button>
        </Group>
      </Stack>
    </form>
  );
}

function HostKeyPrompt({ prompt, answer }: { prompt: PromptOf<'host-key'>; answer: Answer }) {
  const { t } = useWords();
  return (
    <Stack gap="sm">
      <Text>{t('shell.prompt.hostKeyExplain', { file: prompt.knownHostsFile })}</Text>
      <KeyValueTable
        rows={[
          { label: t('shell.prompt.keyType'), value: <code>{prompt.offered.keyType}</code> },
          { label: t('shell.prompt.fingerprint'), value: <code>{prompt.offered.sha256}</code> },
        ]}
      />
      <Text c="dimmed">{t('shell.prompt.hostKeyCommand')}</Text>
      <Code block>for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$f"; done</Code>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" data-autofocus onClick={() => answer(null)}>
          {t('shell.prompt.reject')}
        </Button>
        <Button onClick={() => answer(['yes'])}>{t('shell.prompt.trust')}</Button>
      </Group>
    </Stack>
  );
}
