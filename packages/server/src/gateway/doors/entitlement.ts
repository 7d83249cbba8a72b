import type { IncomingMessage } from 'node:http';
import { CLOSE, type ClientFrame, type Revocation } from '@ovation/protocol';
import {
  type AccessRule,
  type Caller,
  type ChannelMaker,
  makerOf,
  type TokenOwner,
  withToken,
} from '../../callers/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Guard } from './control-watch.ts';
import type { Tickets } from './tickets.ts';

/** How long before its end a token is asked for again. */
const WARN_MS = 30_000;

export interface EntranceParts {
  readonly access: AccessRule;
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

/** Decides who comes in at a socket, a stream or a poll, and what for. */
export class Entrance {
  readonly #parts: EntranceParts;

  constructor(parts: EntranceParts) {
    this.#parts = parts;
  }

  /** @param connection by its id the first ticket is revoked, and those that follow from it */
  entitle(connection: string, stranger: Caller): Entitlement {
    return new Entitlement(connection, stranger, this.#parts);
  }

  /** Why the page that wants a socket does not get one; undefined when it does. */
  pageRefusal(request: IncomingMessage): string | undefined {
    return this.#parts.access.pageRefusal(request, true);
  }

  withToken(stranger: Caller, token: string | undefined): Promise<Caller> {
    return withToken(this.#parts.access, stranger, token);
  }

  /** Why a caller with a token may not come in; without one nothing can be revoked. */
  async refusal({ identity, token }: Pick<Caller, 'identity' | 'token'>): Promise<Ending | undefined> {
    if (token === undefined) return undefined;
    if (!(await this.#parts.guard.ready())) return NOT_READY;
    const kind = this.#parts.guard.find(identity);
    return kind && endingOf(kind);
  }

  async permits({ token }: Caller, permission: string, channel: string): Promise<boolean> {
    return (await this.#parts.access.check(token, permission, channel)).ok;
  }

  /** By what right the caller makes a channel that is missing; undefined when it may not. */
  async channelMaker(caller: Caller, channel: string): Promise<ChannelMaker | undefined> {
    if (!(await this.permits(caller, 'create:channels', channel))) return undefined;
    return makerOf(this.#parts.access, caller);
  }
}

/** By what right a connection is here: its token or ticket, when that ends, and what it opens. */
export class Entitlement {
  readonly #parts: EntranceParts;
  #caller: Caller;
  /** feeds that a ticket has opened */
  #known: readonly string[] = [];
  /** end of the access token, ms */
  #endsAt: number | undefined;
  #isWarned = false;

  constructor(connection: string, stranger: Caller, parts: EntranceParts) {
    this.#parts = parts;
    this.#caller = { ...stranger, identity: { ticket: connection } };
  }

  get caller(): Caller {
    return this.#caller;
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
    // A connection without token and ticket has nothing that could be revoked.
    if (token === undefined && resume === undefined) return undefined;
    if (!(await this.#parts.guard.ready())) return NOT_READY;
    const ticket = resume === undefined ? undefined : this.#parts.tickets.read(resume);
    if (ticket) {
      this.#known = ticket.feeds;
      this.#endsAt = ticket.exp ?? undefined;
      const { first, session, user } = ticket;
      const identity = { ticket: first, user: user ?? undefined, session: session ?? undefined };
      this.#caller = { ...this.#caller, token, identity };
    } else if (token !== undefined) {
      const owner = await this.#parts.access.identify(token);
      if (!owner) return BAD_TOKEN;
      this.#take(token, owner);
    }
    // In the turn in which the identity is known: a later revocation finds it.
    const kind = this.#parts.guard.find(this.#caller.identity);
    return kind && endingOf(kind);
  }

  /** @returns false when the token is not valid, or its owner is revoked */
  async refresh(token: string): Promise<boolean> {
    const owner = await this.#parts.access.identify(token);
    if (!owner || this.#parts.guard.find({ ...this.#caller.identity, ...owner.identity })) return false;
    this.#take(token, owner);
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
    const { ticket = '', user = null, session = null } = this.#caller.identity;
    return this.#parts.tickets.issue({ feeds: [...feeds], exp: this.#endsAt ?? null, first: ticket, user, session });
  }

  #take(token: string, { endsAt, identity, isRevoked }: TokenOwner): void {
    this.#caller = { ...this.#caller, token, identity: { ...this.#caller.identity, ...identity }, isRevoked };
    this.#endsAt = endsAt;
    this.#isWarned = false;
  }
}

/** What a connection is told whose caller was revoked. */
export function endingOf(kind: Revocation['kind']): Ending {
  if (kind === 'session') return { code: CLOSE.badToken, reason: 'The session has ended' };
  return { code: CLOSE.banned, reason: 'Not welcome here any more' };
}
