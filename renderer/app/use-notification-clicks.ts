import { native, useConnection } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import { navigate } from './router';

/** Opens the alerts of the node that a desktop notification was about, when somebody clicks it. */
export function useNotificationClicks(): void {
  const { hasNative } = useConnection();
  useStream(
    hasNative ? 'notification-clicks' : null,
    (signal) => native.notificationClicks(undefined, { signal }),
    (clicks) => {
      const click = clicks.at(-1);
      if (click) navigate({ screen: 'alerts', ...(click.hostId === null ? {} : { hostId: click.hostId }) });
    },
  );
}
