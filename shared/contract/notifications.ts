import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { channelSchema, shownChannelSchema } from '../domain/notifications/channel';
import { secretNames } from '../domain/notifications/channel-kinds';
import { deliverySchema } from '../domain/notifications/notification';
import { messageSchema } from '../domain/text-schema';
import { procedure } from './errors';

const channelId = z.object({ channelId: z.string() });

/** Who is told when a rule fires, and how that went. Secrets go in and never come out. */
export const notifications = {
  channels: procedure.output(z.array(shownChannelSchema)),
  /**
   * Adds a channel, or changes the one with that id; INVALID where it makes no sense. `secrets` has what was typed: one that is not
   * given stays as it is, an empty one is forgotten.
   */
  save: procedure
    .input(
      z.object({
        channel: channelSchema.extend({ id: z.string().optional() }),
        secrets: z.partialRecord(z.enum(secretNames), z.string().max(4000)),
      }),
    )
    .output(shownChannelSchema),
  /** With everything that waits for it. */
  remove: procedure.input(channelId).output(z.object({})),
  /** Sends a test message now; `problem` is why it did not arrive. */
  test: procedure.input(channelId).output(z.object({ problem: messageSchema.nullable() })),
  /** The last messages, newest first. */
  log: procedure
    .input(z.object({ channelId: z.string().optional(), limit: z.number().int().min(1).max(500) }))
    .output(z.array(deliverySchema)),
  /** Something of channels or messages changed; at once, then at most once a second. */
  watch: procedure.output(eventIterator(z.object({}))),
};
