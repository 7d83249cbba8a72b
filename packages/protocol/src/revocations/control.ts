import { z } from 'zod';

/** The feed that tells every gateway of epochs and revocations. */
export const CONTROL_FEED = 'system:control';

const REVOKED_ID_MAX = 256;

/** Whom a revocation is about: a user, a session (claim `sid` or `jti` of a token), or a ticket (its first `conn`). */
export const revocationSchema = z.object({
  kind: z.enum(['user', 'session', 'ticket']),
  id: z.string().min(1).max(REVOKED_ID_MAX),
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
