import { createSecretKey } from 'node:crypto';
import type { TicketKeys } from '../../../src/gateway/doors/tickets.ts';

/** A key ring of one key, which never changes. */
export function oneTicketKey(secret: string | Uint8Array, id = '1'): TicketKeys {
  const current = { id, key: createSecretKey(Buffer.from(secret)) };
  return { current, find: (asked) => (asked === id ? current : undefined) };
}
