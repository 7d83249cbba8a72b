import type { IncomingMessage } from 'node:http';
import { decodeJwt } from 'jose';
import type { AccessRule } from './access-rule.ts';
import { type Peer, peerOf } from './peer.ts';

/** The caller of a request, as far as it can be known. */
export interface Caller extends Peer {
  /** of a valid token that is not revoked */
  readonly userId: string | undefined;
}

export async function callerOf(
  access: Pick<AccessRule, 'verify'>,
  request: Pick<IncomingMessage, 'socket' | 'headers'>,
): Promise<Caller> {
  const token = bearerOf(request);
  const isAccepted = token !== undefined && (await access.verify(token));
  return { ...peerOf(request), userId: isAccepted ? String(decodeJwt(token)['id']) : undefined };
}

export function bearerOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
