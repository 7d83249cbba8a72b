import type { IncomingMessage } from 'node:http';
import type { AccessRule } from './access-rule.ts';
import type { Identity } from './identity.ts';
import { type Peer, peerOf } from './peer.ts';

/** The caller of a request, as far as it can be known. HTTP, both sockets, streams and polls carry the same one. */
export interface Caller extends Peer {
  /** as it was given; says nothing of whether it is valid */
  readonly token: string | undefined;
  /** of a valid token that is not revoked */
  readonly userId: string | undefined;
  /** of a valid token, revoked or not: a later revocation is matched against it */
  readonly identity: Identity;
}

/** Reads the caller of a request. `given` wins over the header: a socket's token is in its address or its first frame. */
export async function callerOf(
  access: Pick<AccessRule, 'identify' | 'verify'>,
  request: Pick<IncomingMessage, 'socket' | 'headers'>,
  given?: string,
): Promise<Caller> {
  const token = given ?? bearerOf(request);
  const owner = token === undefined ? undefined : await access.identify(token);
  const isAccepted = owner !== undefined && token !== undefined && (await access.verify(token));
  return { ...peerOf(request), token, userId: isAccepted ? owner.user : undefined, identity: owner ?? {} };
}

export function bearerOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
