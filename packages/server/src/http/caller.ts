import { BlockList, isIP, isIPv6 } from 'node:net';
import { decodeJwt } from 'jose';
import type { FastifyRequest } from 'fastify';
import type { HttpParts } from './parts.ts';
import { bearerOf } from './permission.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Who asks, as far as it can be known. */
export interface Caller {
  /** an IPv4 address, or the /64 of an IPv6 one: what one customer of a provider has */
  readonly network: string;
  /** whether the request comes from this machine itself, not through a proxy on it */
  readonly isLocal: boolean;
  /** of a valid token */
  readonly userId: string | undefined;
}

const known = new WeakMap<FastifyRequest, Promise<Caller>>();

/** Looked up once per request. */
export function callerOf(parts: Pick<HttpParts, 'access'>, request: FastifyRequest): Promise<Caller> {
  const found = known.get(request) ?? lookUp(parts, request);
  known.set(request, found);
  return found;
}

async function lookUp({ access }: Pick<HttpParts, 'access'>, request: FastifyRequest): Promise<Caller> {
  const peer = plainAddress(request.raw.socket.remoteAddress ?? '');
  const isFromHere = isLoopback(peer);
  // A proxy on this machine says for whom it asks, in the last entry, which it wrote itself. From elsewhere the header
  // is whatever the sender likes.
  const forwarded = isFromHere ? lastForwarded(request.headers['x-forwarded-for']) : undefined;
  const token = bearerOf(request);
  const isValid = token !== undefined && (await access.verify(token));
  return {
    network: networkOf(forwarded ?? peer),
    isLocal: isFromHere && forwarded === undefined,
    userId: isValid ? String(decodeJwt(token)['id']) : undefined,
  };
}

/** Whether an address as a socket gives it is of this machine. */
export function isLoopbackPeer(address: string | undefined): boolean {
  return address !== undefined && isLoopback(plainAddress(address));
}

function isLoopback(address: string): boolean {
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function lastForwarded(header: string | string[] | undefined): string | undefined {
  const last = [header].flat().join(',').split(',').at(-1)?.trim() ?? '';
  return isIP(last) === 0 ? undefined : plainAddress(last);
}

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  // The parser of addresses writes every IPv6 address in one way; `::` stands for the zeros that are missing.
  const written = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = written.split('::');
  const first = head.split(':').filter(Boolean);
  const last = tail.split(':').filter(Boolean);
  const groups = written.includes('::')
    ? [...first, ...Array(8 - first.length - last.length).fill('0'), ...last]
    : first;
  return `${groups.slice(0, 4).join(':')}::/64`;
}
