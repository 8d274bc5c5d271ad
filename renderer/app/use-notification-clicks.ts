import { native, useConnection } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import { navigate } from './router';

/** Opens the alert, or those of the node and the rule, that a desktop notification was about, when somebody clicks it. */
export function useNotificationClicks(): void {
  const { hasNative } = useConnection();
  useStream(
    hasNative ? 'notification-clicks' : null,
    (signal) => native.notificationClicks(undefined, { signal }),
    (clicks) => {
      const click = clicks.at(-1);
      if (!click) return;
      const { alertId, ruleId, hostId } = click;
      // The one alert stands among all others; of many, only they are shown.
      if (alertId !== null) navigate({ screen: 'alerts', alertId: String(alertId) });
      else navigate({ screen: 'alerts', ruleId: ruleId ?? undefined, hostId: hostId ?? undefined });
    },
  );
}
