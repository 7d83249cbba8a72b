import { CLOSE, type ClientFrame, type Revocation } from '@ovation/protocol';
import { decodeJwt } from 'jose';
import type { AccessRule } from '../../callers/index.ts';
import type { Identity } from '../../callers/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Guard } from './control-watch.ts';
import type { Tickets } from './tickets.ts';

/** How long before its end a token is asked for again. */
const WARN_MS = 30_000;

export interface EntitlementParts {
  readonly access: Pick<AccessRule, 'identify'>;
  readonly tickets: Tickets;
  readonly guard: Guard;
  readonly clock: Clock;
}

/** Why a connection ends. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

const NOT_READY: Ending = { code: CLOSE.restart, reason: 'The server is not ready yet' };
const BAD_TOKEN: Ending = { code: CLOSE.badToken, reason: 'The token is not valid' };

/** What a valid token gives. */
interface Right {
  readonly identity: Identity;
  readonly endsAt: number | undefined;
}

/** By what right a connection is here: its token or ticket, when that ends, and what it opens. */
export class Entitlement {
  readonly #parts: EntitlementParts;
  #identity: Identity;
  /** feeds that a ticket has opened */
  #known: readonly string[] = [];
  /** end of the access token, ms */
  #endsAt: number | undefined;
  #isWarned = false;

  /** @param connection by its id the first ticket is revoked, and those that follow from it */
  constructor(connection: string, parts: EntitlementParts) {
    this.#parts = parts;
    this.#identity = { ticket: connection };
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** End of the access token, ms. */
  get endsAt(): number | undefined {
    return this.#endsAt;
  }

  /** Whether the feed needs no look at the database. */
  opens(feed: string): boolean {
    return this.#known.includes(feed);
  }

  /** Takes what a hello brings. @returns why it may not come in */
  async enter({
    token,
    resume,
  }: Pick<Extract<ClientFrame, { op: 'hello' }>, 'token' | 'resume'>): Promise<Ending | undefined> {
    // Nobody can have revoked a connection that says nothing of itself.
    if (token === undefined && resume === undefined) return undefined;
    if (!(await this.#parts.guard.ready())) return NOT_READY;
    const ticket = resume === undefined ? undefined : this.#parts.tickets.read(resume);
    if (ticket) {
      this.#known = ticket.feeds;
      this.#endsAt = ticket.exp ?? undefined;
      this.#identity = {
        ticket: ticket.first,
        user: ticket.user ?? undefined,
        session: ticket.session ?? undefined,
      };
    } else if (token !== undefined) {
      const right = await this.#read(token);
      if (!right) return BAD_TOKEN;
      this.#take(right);
    }
    // In the turn in which the identity is known: a later revocation finds it.
    const kind = this.#parts.guard.find(this.#identity);
    return kind && endingOf(kind);
  }

  /** @returns false when the token is not valid, or its owner is revoked */
  async refresh(token: string): Promise<boolean> {
    const right = await this.#read(token);
    if (!right || this.#parts.guard.find(right.identity)) return false;
    this.#take(right);
    return true;
  }

  /** What the token's end asks for now. */
  due(now: number): 'end' | { warnOf: number } | undefined {
    if (this.#endsAt === undefined) return undefined;
    const leftMs = this.#endsAt - now;
    if (leftMs <= 0) return 'end';
    if (leftMs > WARN_MS || this.#isWarned) return undefined;
    this.#isWarned = true;
    return { warnOf: leftMs };
  }

  /** A ticket to come back with. */
  ticket(feeds: readonly string[]): string {
    const { ticket = '', user = null, session = null } = this.#identity;
    return this.#parts.tickets.issue({ feeds: [...feeds], exp: this.#endsAt ?? null, first: ticket, user, session });
  }

  /** What the token gives; undefined when it is not valid. */
  async #read(token: string): Promise<Right | undefined> {
    const owner = await this.#parts.access.identify(token);
    if (!owner) return undefined;
    return { identity: { ...this.#identity, user: owner.user, session: owner.session }, endsAt: endOf(token) };
  }

  #take({ identity, endsAt }: Right): void {
    this.#identity = identity;
    this.#endsAt = endsAt;
    this.#isWarned = false;
  }
}

/** What a connection is told whose caller was revoked. */
export function endingOf(kind: Revocation['kind']): Ending {
  if (kind === 'session') return { code: CLOSE.badToken, reason: 'The session has ended' };
  return { code: CLOSE.banned, reason: 'Not welcome here any more' };
}

/** End of a token that has been checked, ms; undefined when it has none. */
function endOf(token: string): number | undefined {
  const { exp } = decodeJwt(token);
  return exp === undefined ? undefined : exp * 1000;
}
