import { z } from 'zod';
import { momentSchema } from './moments.ts';
import { settingsSchema } from './settings.ts';

/** Where a feed stands: `seq` is contiguous within an epoch (flows.md B3). */
export interface FeedPosition {
  e: string;
  o: number;
}

/** One entry of a feed as it travels over the live bus and topic `feeds`. */
export const feedEntrySchema = z.object({
  feed: z.string(),
  epoch: z.string(),
  seq: z.number().int().min(1),
  body: z.unknown(),
});
export type FeedEntry = z.infer<typeof feedEntrySchema>;

export const broadcastSchema = z.object({
  id: z.string(),
  channel: z.string(),
  title: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
});
export type Broadcast = z.infer<typeof broadcastSchema>;

/** What an entry says that was deleted: it keeps its place, and nobody is told what it said. */
const tombstoneSchema = z.object({ at: z.string() });

/** Said after a deletion, as an entry of its own: the entry `seq` is a tombstone from now on. Forget what it said. */
const deletionSchema = z.object({ seq: z.number().int().min(1), at: z.string() });

/** Bodies of `channel:<name>` entries. */
export const channelEventSchema = z.discriminatedUnion('y', [
  z.object({ y: z.literal('moment'), d: momentSchema }),
  z.object({ y: z.literal('settings'), d: settingsSchema.extend({ version: z.number().int() }) }),
  z.object({ y: z.literal('broadcast'), d: broadcastSchema }),
  z.object({ y: z.literal('tombstone'), d: tombstoneSchema }),
  z.object({ y: z.literal('del'), d: deletionSchema }),
]);
export type ChannelEvent = z.infer<typeof channelEventSchema>;

/** Whom a revocation is about: a user, a session (claim `sid` or `jti` of a token), or a ticket (its first `conn`). */
export const revocationSchema = z.object({
  kind: z.enum(['user', 'session', 'ticket']),
  id: z.string().min(1).max(256),
  /** ms; null = for good */
  until: z.number().nullable(),
});
export type Revocation = z.infer<typeof revocationSchema>;

/** Bodies of `system:control` entries. Every gateway follows them from its start. */
export const controlEventSchema = z.discriminatedUnion('y', [
  /** feeds go on in a new epoch; `before` is the one that ended, null when the announcer does not know it */
  z.object({ y: z.literal('epoch'), d: z.object({ epoch: z.string(), before: z.string().nullable() }) }),
  z.object({ y: z.literal('revoked'), d: revocationSchema }),
  z.object({ y: z.literal('restored'), d: revocationSchema.pick({ kind: true, id: true }) }),
]);
export type ControlEvent = z.infer<typeof controlEventSchema>;
