import {
  checkAddend,
  checkScore,
  checkTake,
  checkTtl,
  EphemeralKindError,
  type EphemeralStore,
  EphemeralUnavailableError,
  type ScoredMember,
  type ScoreRange,
  type Taken,
  type Window,
  WINDOW_INSTANTS,
} from '../../ports/ephemeral-store.ts';
import { isWrongType, RedisAway } from './failures.ts';
import type { EngineStatus } from '../../ports/engine-status.ts';
import { type LinkParts, RedisLink } from './link.ts';
import { bytesOfMember, memberOfBytes } from './member-bytes.ts';
import { type ScriptCommands, SCRIPTS } from './scripts.ts';

export interface RedisEphemeralStore extends EphemeralStore {
  status(): EngineStatus;
}

/**
 * The store in Redis, which all nodes share. Every call is one command or one script of one key. Opening never fails: a Redis
 * that is away or refuses makes calls reject with `EphemeralUnavailableError`, and `status()` says why.
 */
export async function openRedisEphemeralStore(parts: LinkParts): Promise<RedisEphemeralStore> {
  const link = new RedisLink(parts, 'ephemeral store');
  for (const [name, script] of Object.entries(SCRIPTS)) link.client.defineCommand(name, script);
  await link.untilKnown();
  return new RedisStore(link, parts.service.prefix);
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'value',
  hash: 'counter',
  zset: 'sorted set',
  list: 'window',
};

/** Redis keeps a key through the whole millisecond in which its time ends; the port does not. */
function pxOf(ttlMs: number): number {
  checkTtl(ttlMs);
  return Math.max(1, ttlMs - 1);
}

class RedisStore implements RedisEphemeralStore {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #client: RedisLink['client'] & ScriptCommands;

  constructor(link: RedisLink, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
    // The scripts were defined when the store was opened, which the type of a client does not say.
    this.#client = link.client as RedisLink['client'] & ScriptCommands;
  }

  status(): EngineStatus {
    return this.#link.status();
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#call(key, 'value', (name) => this.#client.get(name))) ?? undefined;
  }

  async getAndTouch(key: string, ttlMs: number): Promise<string | undefined> {
    const px = pxOf(ttlMs);
    return (await this.#call(key, 'value', (name) => this.#client.getex(name, 'PX', px))) ?? undefined;
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    const px = pxOf(ttlMs);
    await this.#call(key, 'value', (name) => this.#client.ovationSetValue(name, value, px));
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    const px = pxOf(ttlMs);
    return (await this.#call(key, 'value', (name) => this.#client.set(name, value, 'PX', px, 'NX'))) !== null;
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#call(key, 'value', (name) => this.#client.del(name))) > 0;
  }

  async increment(key: string, by: number, ttlMs: number): Promise<number> {
    checkAddend(by);
    const px = pxOf(ttlMs);
    return this.#call(key, 'counter', (name) => this.#client.ovationAddToCounter(name, by, px));
  }

  async addScore(set: string, member: string, score: number, ttlMs: number): Promise<boolean> {
    const text = textOf(checkScore(score));
    const px = pxOf(ttlMs);
    const bytes = bytesOfMember(member);
    return (await this.#call(set, 'sorted set', (name) => this.#client.ovationAddScore(name, bytes, text, px))) > 0;
  }

  async range(set: string, { from = -Infinity, limit, to = Infinity }: ScoreRange): Promise<ScoredMember[]> {
    if (limit !== undefined && limit <= 0) return [];
    // -1 is Redis's word for all.
    const most = limit ?? -1;
    const flat = await this.#call(set, 'sorted set', (name) =>
      this.#client.zrangebyscoreBuffer(name, textOf(from), textOf(to), 'WITHSCORES', 'LIMIT', 0, most),
    );
    return pairsOf(flat);
  }

  async rank(set: string, member: string): Promise<number | undefined> {
    return (
      (await this.#call(set, 'sorted set', (name) => this.#client.zrank(name, bytesOfMember(member)))) ?? undefined
    );
  }

  async size(set: string): Promise<number> {
    return this.#call(set, 'sorted set', (name) => this.#client.zcard(name));
  }

  async removeMember(set: string, member: string): Promise<boolean> {
    return (await this.#call(set, 'sorted set', (name) => this.#client.zrem(name, bytesOfMember(member)))) > 0;
  }

  async removeByScore(set: string, from: number, to: number): Promise<number> {
    return this.#call(set, 'sorted set', (name) => this.#client.zremrangebyscore(name, textOf(from), textOf(to)));
  }

  async take(key: string, window: Window, cost = 1): Promise<Taken> {
    checkTake(window, cost);
    const { limit, windowMs } = window;
    const [allowed, remaining, retryAfterMs, resetMs] = await this.#call(key, 'window', (name) =>
      this.#client.ovationTake(name, limit, windowMs, cost, WINDOW_INSTANTS),
    );
    return { allowed: allowed === 1, remaining, retryAfterMs, resetMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link[Symbol.asyncDispose]();
  }

  /** @throws EphemeralUnavailableError, EphemeralKindError */
  async #call<T>(key: string, wanted: string, work: (name: string) => Promise<T>): Promise<T> {
    const name = this.#prefix + key;
    try {
      return await this.#link.run(name, () => work(name));
    } catch (error) {
      if (error instanceof RedisAway) throw new EphemeralUnavailableError(error.message, { cause: error });
      if (isWrongType(error)) throw new EphemeralKindError(key, await this.#kindOf(name), wanted);
      throw error;
    }
  }

  /** For the words of an error only: the key may hold something else by now. */
  async #kindOf(name: string): Promise<string> {
    const type = await this.#link.run(name, () => this.#client.type(name)).catch(() => '');
    return KINDS[type] ?? 'thing of another kind';
  }
}

/** A number as Redis reads it. */
function textOf(score: number): string {
  if (Number.isFinite(score)) return String(score);
  return score > 0 ? '+inf' : '-inf';
}

function pairsOf(flat: readonly (Buffer | number)[]): ScoredMember[] {
  const pairs: ScoredMember[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const member = flat[at];
    const score = String(flat[at + 1]);
    if (Buffer.isBuffer(member)) pairs.push({ member: memberOfBytes(member), score: numberOf(score) });
  }
  return pairs;
}

function numberOf(score: string): number {
  if (/inf/i.test(score)) return score.startsWith('-') ? -Infinity : Infinity;
  return Number(score);
}
