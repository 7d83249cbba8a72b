import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

const IPV6_GROUPS = 8;
const loopback = new BlockList();
const LOOPBACK_BITS = 8;
loopback.addSubnet('127.0.0.0', LOOPBACK_BITS, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** `1.2.3.4:5` or `[2001:db8::1]:5`; the brackets may come without a port. */
const WITH_PORT = /^(?:(\d[\d.]*):\d+|\[([^\]]+)\](?::\d+)?)$/;

/** Where a request comes from. */
export interface Peer {
  /** an IPv4 address, or the /64 of an IPv6 one: what one customer of a provider has */
  readonly network: string;
  /** whether the request comes from this machine itself, not through a proxy on it */
  readonly isLocal: boolean;
}

/**
 * A proxy on this machine says for whom it asks in the last entry of `X-Forwarded-For`, which it wrote itself. From
 * elsewhere the header is whatever the sender likes, and is not read.
 */
export function peerOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): Peer {
  const peer = plainAddress(socket.remoteAddress ?? '');
  const isFromHere = isLoopback(peer);
  const header = headers['x-forwarded-for'];
  const forwarded = isFromHere ? lastForwarded(header) : undefined;
  // Also a header that cannot be read shows that a proxy sends the request for another client.
  return { network: networkOf(forwarded ?? peer), isLocal: isFromHere && header === undefined };
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
  // Some proxies write the port as well.
  const address = plainAddress(WITH_PORT.exec(last)?.slice(1).find(Boolean) ?? last);
  return isIP(address) === 0 ? undefined : address;
}

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  // The parser of addresses writes every IPv6 address in one way; `::` stands for the zeros that are missing.
  const written = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = written.split('::');
  const first = head.split(':').filter(Boolean);
  const last = tail.split(':').filter(Boolean);
  const groups = written.includes('::')
    ? [...first, ...Array(IPV6_GROUPS - first.length - last.length).fill('0'), ...last]
    : first;
  return `${groups.slice(0, 4).join(':')}::/64`;
}
