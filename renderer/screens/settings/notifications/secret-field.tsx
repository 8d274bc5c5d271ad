import { PasswordInput, SegmentedControl, Stack, TextInput } from '@mantine/core';
import type { ShownChannel } from '#shared/domain/notifications/channel';
import type { SecretName } from '#shared/domain/notifications/channel-kinds';
import { useWords } from '../../../app/i18n';

interface SecretFieldProps {
  name: SecretName;
  state: ShownChannel['secretStates'][SecretName];
  typed: string;
  file: string | undefined;
  onTyped: (typed: string) => void;
  onFile: (file: string | undefined) => void;
}

/** A secret that is typed here and never shown again, or a file that has it. */
export function SecretField({ name, state, typed, file, onTyped, onFile }: SecretFieldProps) {
  const { t } = useWords();
  const label = t(`notificationsTab.secret.${name}`);
  const isKept = state === 'kept' || state === 'session';
  return (
    <Stack gap={6}>
      {file === undefined ? (
        <PasswordInput
          label={label}
          description={t(state === 'session' ? 'notificationsTab.sessionOnly' : `notificationsTab.secretHelp.${name}`)}
          placeholder={isKept ? t('notificationsTab.isKept') : ''}
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': t('notificationsTab.show') }}
          value={typed}
          onChange={(event) => onTyped(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          label={label}
          description={t('notificationsTab.fileHelp')}
          spellCheck={false}
          value={file}
          onChange={(event) => onFile(event.currentTarget.value)}
        />
      )}
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={t('notificationsTab.secretFrom', { name: label })}
        value={file === undefined ? 'here' : 'file'}
        onChange={(from) => onFile(from === 'file' ? '' : undefined)}
        data={[
          { value: 'here', label: t('notificationsTab.typed') },
          { value: 'file', label: t('notificationsTab.fromFile') },
        ]}
      />
    </Stack>
  );
}
