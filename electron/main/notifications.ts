import { EventPublisher } from '@orpc/server';
import { Notification } from 'electron';
import { showMainWindow } from './window';

const clicks = new EventPublisher<{ click: { hostId: string | null } }>();
/** What is shown: a notification that nobody holds may be collected before it is clicked. */
const shown = new Set<Notification>();
const MOST_SHOWN = 50;

/** Shows a desktop notification whose click brings the window to the front and opens what it is about. */
export function showNotification({
  title,
  body,
  hostId,
}: {
  title: string;
  body: string;
  hostId: string | null;
}): boolean {
  if (!Notification.isSupported()) return false;
  const notification = new Notification({ title, body });
  const forget = (): void => {
    shown.delete(notification);
  };
  notification.on('click', () => {
    forget();
    showMainWindow();
    clicks.publish('click', { hostId });
  });
  notification.on('close', forget);
  shown.add(notification);
  const [oldest] = shown;
  if (oldest && shown.size > MOST_SHOWN) shown.delete(oldest);
  notification.show();
  return true;
}

/** What is clicked from now on. */
export function notificationClicks(signal?: AbortSignal): AsyncGenerator<{ hostId: string | null }> {
  return clicks.subscribe('click', { signal });
}
