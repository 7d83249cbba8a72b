import type { IncomingMessage } from 'node:http';
import type { AccessRule } from './access-rule.ts';
import type { Identity } from './identity.ts';
import { type Peer, peerOf } from './peer.ts';

/** Who asks, at any door: HTTP, both sockets, streams and polls. */
export interface Caller extends Peer {
  /** as it was given, valid or not */
  readonly token: string | undefined;
  /** of a valid token or a ticket; empty without one */
  readonly identity: Identity;
  /** whether the token is revoked, as far as this process knows */
  readonly isRevoked: boolean;
}

/**
 * By what right a channel is made. What everyone may do on an open server is counted by network; the owner has room of its
 * own, which other callers cannot use up.
 */
export type ChannelMaker = 'owner' | { readonly network: string };

type Request = Pick<IncomingMessage, 'socket' | 'headers'>;

/** The caller by its address alone, before it says by what right it comes. */
export function strangerOf(request: Request): Caller {
  return { ...peerOf(request), token: undefined, identity: {}, isRevoked: false };
}

/** The caller of a request. */
export function callerOf(access: Pick<AccessRule, 'identify'>, request: Request): Promise<Caller> {
  return withToken(access, strangerOf(request), bearerOf(request));
}

/** The same caller, with what its token says. */
export async function withToken(
  access: Pick<AccessRule, 'identify'>,
  stranger: Caller,
  token: string | undefined,
): Promise<Caller> {
  const owner = token === undefined ? undefined : await access.identify(token);
  return { ...stranger, token, ...(owner && { identity: owner.identity, isRevoked: owner.isRevoked }) };
}

/** The user whose limits and keys a request counts on; undefined for a caller without a token that holds. */
export function userOf({ identity, isRevoked }: Caller): string | undefined {
  return isRevoked ? undefined : identity.user;
}

/** What a caller who may make a channel counts as. */
export function makerOf({ mode }: Pick<AccessRule, 'mode'>, { network }: Caller): ChannelMaker {
  return mode === 'token' ? 'owner' : { network };
}

export function bearerOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
