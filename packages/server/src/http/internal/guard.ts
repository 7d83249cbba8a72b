import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import { ERRORS } from '@ovation/protocol';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http-problem.ts';
import { bearerOf } from '../permission.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * `/internal` is for commands on this machine that could read the data folder's token. Without a token, and for peers
 * elsewhere, it does not exist.
 */
export function guardInternal(localToken: string | undefined, request: FastifyRequest): void {
  if (localToken === undefined || !isLoopbackPeer(request.raw.socket.remoteAddress)) {
    throw new HttpProblem(ERRORS.notFound);
  }
  const given = bearerOf(request);
  if (given === undefined) {
    throw new HttpProblem(ERRORS.unauthenticated, { headers: { 'www-authenticate': 'Bearer' } });
  }
  if (!timingSafeEqual(digest(given), digest(localToken))) {
    throw new HttpProblem(ERRORS.forbidden, { text: 'This is not the token of the data folder' });
  }
}

function isLoopbackPeer(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return loopback.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
