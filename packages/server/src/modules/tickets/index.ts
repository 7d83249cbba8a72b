import { createSecretKey, randomBytes } from 'node:crypto';
import type { TicketKey, TicketKeys } from '../../gateway/doors/tickets.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { addKey, readKeys, removeKeys } from './key-store.ts';

export { ticketMigrations } from './migrations.ts';

const KEY_BYTES = 32;
/** Every gateway has read a new key before any gateway signs with it. */
const READ_EVERY_MS = 5_000;
const SIGNS_AFTER_MS = 3 * READ_EVERY_MS;
const DAY_MS = 86_400_000;
/** Tickets of a replaced key are over long before. */
const KEPT_MS = 3_600_000;

/** The keys of this installation. Every gateway signs with the same one and takes the tickets of the others. */
export interface TicketKeyRing extends TicketKeys {
  /** Reads the keys, and makes the first one where there is none. `current` throws before. */
  open(): Promise<void>;
  /** Reads them every few seconds from now on. */
  follow(): Disposable;
  /**
   * Makes a new key unless the newest is younger than that (default: a day), and removes those that were replaced an hour
   * ago. @returns whether it made one
   */
  rotate(leastAgeMs?: number): Promise<boolean>;
}

export interface KeyRingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createTicketKeys(parts: KeyRingParts): TicketKeyRing {
  return new DatabaseKeyRing(parts);
}

class DatabaseKeyRing implements TicketKeyRing {
  readonly #parts: KeyRingParts;
  #known = new Map<string, TicketKey>();
  #current: TicketKey | undefined;
  #isReading = false;

  constructor(parts: KeyRingParts) {
    this.#parts = parts;
  }

  get current(): TicketKey {
    if (!this.#current) throw new Error('The keys of tickets have not been read');
    return this.#current;
  }

  find(id: string): TicketKey | undefined {
    return this.#known.get(id);
  }

  async open(): Promise<void> {
    await this.#read();
    if (this.#current) return;
    await addKey(this.#parts.database, newSecret(), DAY_MS);
    await this.#read();
  }

  follow(): Disposable {
    return this.#parts.clock.every(READ_EVERY_MS, () => void this.#readAgain());
  }

  async rotate(leastAgeMs = DAY_MS): Promise<boolean> {
    const isMade = await addKey(this.#parts.database, newSecret(), leastAgeMs);
    await removeKeys(this.#parts.database, KEPT_MS);
    await this.#read();
    return isMade;
  }

  async #readAgain(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      await this.#read();
    } catch (error) {
      this.#parts.logger.debug({ err: error }, 'The keys of tickets cannot be read now; the known ones go on');
    } finally {
      this.#isReading = false;
    }
  }

  async #read(): Promise<void> {
    const stored = await readKeys(this.#parts.database);
    const keys = stored.map(({ ageMs, id, secret }) => ({ ageMs, key: this.#keyOf(String(id), secret) }));
    this.#known = new Map(keys.map(({ key }) => [key.id, key]));
    // The first key of an installation signs at once: no other one is known to any gateway.
    this.#current = (keys.findLast(({ ageMs }) => ageMs >= SIGNS_AFTER_MS) ?? keys[0])?.key;
  }

  #keyOf(id: string, secret: string): TicketKey {
    return this.#known.get(id) ?? { id, key: createSecretKey(Buffer.from(secret, 'base64url')) };
  }
}

function newSecret(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}
