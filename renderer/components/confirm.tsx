import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';
import type { Words } from '../app/i18n';

interface ConfirmOptions {
  title: string;
  /** What will happen, in words. */
  detail: ReactNode;
  /** Names what the button does: "Remove the node". */
  confirmLabel: string;
  isDestructive?: boolean;
}

/** Asks before something that can't be taken back. Closing the dialog any other way means no. */
export function confirm(
  { title, detail, confirmLabel, isDestructive }: ConfirmOptions,
  { t }: Words,
): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title,
      children: <Text size="sm">{detail}</Text>,
      labels: { confirm: confirmLabel, cancel: t('shell.confirm.cancel') },
      confirmProps: { color: isDestructive ? 'red' : undefined },
      onConfirm: () => resolve(true),
      // Runs after onConfirm too, when the promise is settled already.
      onClose: () => resolve(false),
    });
  });
}
