import type { Notifications } from '../notifications/create-notifications';
import { batches } from './batches';
import { engine, translateErrors } from './errors';

/** The `notifications` area of the contract. */
export function notificationProcedures(notifications: Notifications) {
  const area = engine.notifications;
  return {
    channels: area.channels.use(translateErrors).handler(() => notifications.channels()),
    save: area.save.use(translateErrors).handler(({ input }) => notifications.save(input.channel, input.secrets)),
    remove: area.remove.use(translateErrors).handler(({ input }) => {
      notifications.remove(input.channelId);
      return {};
    }),
    test: area.test.use(translateErrors).handler(async ({ input }) => ({
      problem: await notifications.test(input.channelId),
    })),
    log: area.log.use(translateErrors).handler(({ input }) => notifications.log(input.channelId, input.limit)),
    watch: area.watch.use(translateErrors).handler(async function* ({ signal }) {
      const changes = batches((ended) => notifications.watch(ended), { everyMs: 1000, keyOf: () => '', signal });
      for await (const _ of changes) yield {};
    }),
  };
}
