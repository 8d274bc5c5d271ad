import { Button, Group, Modal, Text } from '@mantine/core';
import { useRef } from 'react';
import { useWords } from '../app/i18n';
import { type ConfirmOptions, useConfirm } from './confirm';
import { useReturnFocus } from './use-return-focus';

/** Shows the question that `confirm` asks; the shell mounts it once. */
export function ConfirmDialog() {
  const { t } = useWords();
  const { asked, answer } = useConfirm();
  useReturnFocus(asked !== null);
  // What was asked stays readable while the dialog fades.
  const latest = useRef<ConfirmOptions | null>(null);
  latest.current = asked ?? latest.current;
  const { title, detail, confirmLabel, isDestructive } = latest.current ?? { title: '', detail: '', confirmLabel: '' };
  return (
    <Modal
      opened={asked !== null}
      onClose={() => answer(false)}
      title={title}
      zIndex={360}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <Text size="sm">{detail}</Text>
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" data-autofocus onClick={() => answer(false)}>
          {t('shell.confirm.cancel')}
        </Button>
        <Button color={isDestructive ? 'red' : undefined} onClick={() => answer(true)}>
          {confirmLabel}
        </Button>
      </Group>
    </Modal>
  );
}
