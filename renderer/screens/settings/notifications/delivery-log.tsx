import type { Delivery } from '#shared/domain/notifications/notification';
import { notificationTitle } from '#shared/domain/notifications/notification-title';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { StateBadge } from '../../../components/state-badge';
import classes from './notifications.module.css';

const tones = { waiting: 'warn', sending: 'info', sent: 'ok', failed: 'bad' } as const;

/** The last messages, and what became of each. */
export function DeliveryLog({
  deliveries,
  channelNames,
}: {
  deliveries: readonly Delivery[];
  channelNames: ReadonlyMap<string, string>;
}) {
  const { t, message, localized } = useWords();
  const format = useFormat();
  return (
    <FactTable
      label={t('notificationsTab.log')}
      rows={deliveries}
      rowKey={({ id }) => id}
      empty={t('notificationsTab.logEmpty')}
      columns={[
        { id: 'at', header: t('notificationsTab.at'), cell: ({ madeMs }) => format.dateTime(madeMs) },
        {
          id: 'channel',
          header: t('notificationsTab.channel'),
          cell: ({ channelId }) => channelNames.get(channelId) ?? '—',
        },
        {
          id: 'message',
          header: t('notificationsTab.message'),
          isWide: true,
          cell: ({ notification, problem, state }) => (
            <span className={classes.channel}>
              <span>{notificationTitle(notification, { say: message, text: localized })}</span>
              {problem && state !== 'sent' && <span className={classes.problem}>{message(problem)}</span>}
            </span>
          ),
        },
        {
          id: 'state',
          header: t('notificationsTab.state'),
          cell: ({ state, tries, nextMs }) => (
            <span className={classes.channel}>
              <StateBadge tone={tones[state]} variant="plain">
                {t(`notificationsTab.delivery.${state}`)}
              </StateBadge>
              {tries > 1 && <span className="dim small">{t('notificationsTab.tries', { count: tries })}</span>}
              {state === 'waiting' && nextMs !== null && nextMs > 0 && (
                <span className="dim small">{t('notificationsTab.next', { time: format.time(nextMs) })}</span>
              )}
            </span>
          ),
        },
      ]}
    />
  );
}
