import { EventPublisher } from '@orpc/server';
import { Notification } from 'electron';
import type { NotificationTarget } from '#shared/domain/notifications/notification';
import { showMainWindow } from './window';

const clicks = new EventPublisher<{ click: NotificationTarget }>();
/** What is shown: a notification that nobody holds may be collected before it is clicked. */
const shown = new Set<Notification>();
const MOST_SHOWN = 50;

/** Shows a desktop notification whose click brings the window to the front and opens what it is about. */
export function showNotification({
  title,
  body,
  ...target
}: NotificationTarget & { title: string; body: string }): boolean {
  if (!Notification.isSupported()) return false;
  const notification = new Notification({ title, body });
  const forget = (): void => {
    shown.delete(notification);
  };
  notification.on('click', () => {
    forget();
    showMainWindow();
    clicks.publish('click', target);
  });
  notification.on('close', forget);
  shown.add(notification);
  const [oldest] = shown;
  if (oldest && shown.size > MOST_SHOWN) shown.delete(oldest);
  notification.show();
  return true;
}

/** What is clicked from now on. */
export function notificationClicks(signal?: AbortSignal): AsyncGenerator<NotificationTarget> {
  return clicks.subscribe('click', { signal });
}
