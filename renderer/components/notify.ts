import { type NotificationData, notifications } from '@mantine/notifications';
import type { Words } from '../app/i18n';

/** Shows a message beside what is being done, with a name for the button that closes it. */
export function notify(notification: NotificationData, { t }: Pick<Words, 't'>): void {
  notifications.show({
    closeButtonProps: { 'aria-label': t('shell.confirm.close') },
    ...notification,
  });
}
