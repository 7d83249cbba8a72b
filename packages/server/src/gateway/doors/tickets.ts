import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { SUBSCRIPTIONS_MAX } from '@ovation/protocol';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';

/** Long enough for a restart and a train in a tunnel; a fresh one comes with every ping. */
const VALID_MS = 120_000;

const ticketSchema = z.object({
  /** feeds that were open to the connection */
  feeds: z.array(z.string()).max(SUBSCRIPTIONS_MAX),
  /** end of the access token it was shown, by the wall clock, ms; null without one */
  exp: z.number().nullable(),
  /** by the clock that never steps back, ms */
  until: z.number(),
  /** the connection that was given the first ticket of this chain: by it a ticket is revoked */
  first: z.string(),
  /** whose token it was, and of which session; null without one */
  user: z.string().nullable(),
  session: z.string().nullable(),
});
export type Ticket = z.infer<typeof ticketSchema>;

/** Keys that sign tickets. Gateways that share them take each other's tickets. */
export interface TicketKeys {
  /** signs new tickets */
  readonly current: TicketKey;
  /** Undefined for one that is unknown, or was replaced so long ago that all its tickets are over. */
  find(id: string): TicketKey | undefined;
}

export interface TicketKey {
  readonly id: string;
  /** Five times as fast as its bytes, which Node would wrap at every signature. */
  readonly key: KeyObject;
}

/**
 * What a connection is given to come back with: it was let in, and to what. Signed, so that the next gateway need not
 * check a token or ask a database. It opens nothing that was not open, and ends with the token.
 */
export class Tickets {
  readonly #keys: TicketKeys;
  readonly #clock: Pick<Clock, 'now' | 'wall'>;

  constructor(keys: TicketKeys, clock: Pick<Clock, 'now' | 'wall'>) {
    this.#keys = keys;
    this.#clock = clock;
  }

  issue({ feeds, exp, first, user, session }: Omit<Ticket, 'until'>): string {
    const until = this.#clock.now() + VALID_MS;
    const { current } = this.#keys;
    const body = Buffer.from(JSON.stringify({ feeds, exp, until, first, user, session })).toString('base64url');
    const text = `${current.id}.${body}`;
    return `${text}.${sign(text, current).toString('base64url')}`;
  }

  /** Undefined for one that is forged, over, or of another installation. */
  read(ticket: string): Ticket | undefined {
    const [id = '', body = '', signature = ''] = ticket.split('.');
    const known = this.#keys.find(id);
    if (!known) return undefined;
    const given = Buffer.from(signature, 'base64url');
    const right = sign(`${id}.${body}`, known);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    // Signed by us, so it is JSON of ours, maybe of another version.
    const { data } = ticketSchema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    if (!data || data.until <= this.#clock.now()) return undefined;
    // The token was dated by another machine's clock (ports/clock.ts).
    return data.exp === null || data.exp > this.#clock.wall() ? data : undefined;
  }
}

function sign(text: string, { key }: TicketKey): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
