import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { SudoAnswer } from '#shared/contract/hosts';
import type { HostSpec } from '#shared/domain/host';
import { useWords } from '../app/i18n';
import { ErrorView } from '../components/error-view';
import { useReturnFocus } from '../components/use-return-focus';
import { engine } from '../rpc/client';
import { useCall } from '../rpc/use-call';
import { useFleet, useHostNames } from '../stores/fleet-store';

interface SudoDialogProps {
  hostIds: readonly [string, ...string[]];
  /** `isGiven`: at least one node has it now. */
  onClose: (isGiven: boolean) => void;
}

/** Keeps Escape from closing a dialog below as well: Mantine's close all at once. */
const ownEscape = { 'data-mantine-stop-propagation': 'true' } as const;

/** Asks for sudo's password, node by node, or once for those of one user. It is kept in this form and in the engine's memory only. */
export function SudoDialog({ hostIds, onClose }: SudoDialogProps) {
  const { t, message } = useWords();
  useReturnFocus(true);
  const hostName = useHostNames();
  const hosts = useFleet((state) => state.hosts);
  const [left, setLeft] = useState<readonly string[]>(hostIds);
  const [password, setPassword] = useState('');
  const [isForAll, setForAll] = useState(true);
  const [refusal, setRefusal] = useState<SudoAnswer | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const loginOf = (hostId: string) => userOf(hosts?.get(hostId)?.spec);
  const [first = hostIds[0], ...more] = left;
  const user = loginOf(first);
  const others = user === null ? [] : more.filter((hostId) => loginOf(hostId) === user);
  const close = () => onClose(left.length < hostIds.length);

  const give = useCall(async (signal, chosen: readonly string[]) => {
    setRefusal(null);
    const rest = new Set(left);
    let answer: SudoAnswer | null = null;
    // One after the other: refused once, it is not tried on the next, where it would be one more failure of the same account.
    for (const hostId of chosen) {
      answer = await engine.hosts.giveSudoPassword({ hostId, password }, { signal });
      if (answer.answer !== 'right' && answer.answer !== 'not-needed') break;
      rest.delete(hostId);
      setLeft([...rest]);
      answer = null;
    }
    if (rest.size === 0) return onClose(true);
    setRefusal(answer);
    if (!answer) setPassword('');
    field.current?.focus();
    field.current?.select();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (password !== '' && !give.isRunning) void give.run(isForAll ? [first, ...others] : [first]);
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t('sudo.title')}
      size={480}
      closeOnClickOutside={false}
      closeOnEscape={false}
      onKeyDown={(event) => event.key === 'Escape' && close()}
      closeButtonProps={{ 'aria-label': t('sudo.cancel'), ...ownEscape }}
      zIndex={340}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <PasswordInput
            ref={field}
            label={
              user === null
                ? t('sudo.passwordOn', { host: hostName(first) })
                : t('sudo.passwordOf', { user, host: hostName(first) })
            }
            value={password}
            readOnly={give.isRunning}
            error={refusal && message({ key: `hosts.sudo.${refusal.answer}`, params: { words: refusal.words } })}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            {...ownEscape}
            visibilityToggleButtonProps={{ 'aria-label': t('sudo.show') }}
            onChange={(event) => {
              setPassword(event.currentTarget.value);
              setRefusal(null);
            }}
          />
          {others.length > 0 && (
            <Checkbox
              label={t('sudo.alsoFor', {
                count: others.length,
                user: user ?? '',
                hosts: others.map(hostName).join(', '),
              })}
              checked={isForAll}
              disabled={give.isRunning}
              {...ownEscape}
              onChange={(event) => setForAll(event.currentTarget.checked)}
            />
          )}
          <Text size="sm" c="dimmed">
            {t('sudo.kept')}
          </Text>
          {Boolean(give.error) && <ErrorView error={give.error} variant="inline" />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} {...ownEscape}>
              {t('sudo.cancel')}
            </Button>
            <Button type="submit" disabled={password === ''} loading={give.isRunning} {...ownEscape}>
              {t('sudo.use')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function userOf(spec: HostSpec | undefined): string | null {
  return spec?.kind === 'ssh' ? spec.target.user : null;
}
