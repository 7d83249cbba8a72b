import { emoteDisplay, isEmoji, OTHER_EMOTES, type TableEmote } from '@ovation/protocol';

/** Emotes with a place of their own besides those that the streamer allows. */
const SEEN_MAX = 256;
/** Of these, the ones without a name in the channel's table: a viewer can make up as many as it likes. */
const UNKNOWN_MAX = 128;
/** What the streamer allows is shown even when viewers have filled the table with other things. */
const ALLOWED_MAX = 1_024;
/** A place is given away when its emote has not been used for this long: longer than a keyframe looks back. */
const IDLE_MS = 120_000;
const MINUTE_MS = 60_000;
/** Emotes without a place that are remembered until the minute is over; the others are looked at again. */
const REMEMBERED_MAX = 4_096;

const OTHERS: TableEmote = { k: OTHER_EMOTES, d: emoteDisplay(OTHER_EMOTES) };

interface Slot {
  emote: TableEmote;
  /** ms */
  usedAt: number;
}

/**
 * The emotes of one room by index. An index changes its emote only after that was idle for two minutes, and a new table
 * goes out before the tick that needs it. Emotes without a place share one, so whatever viewers send, the sums are right.
 */
export class EmoteTable {
  readonly #slots: Slot[] = [];
  readonly #indexes = new Map<string, number>();
  #allowed: ReadonlySet<string> = new Set();
  #aliases: ReadonlyMap<string, string> = new Map();
  /** without a place in this minute: its keyframe must not find them elsewhere */
  readonly #homeless = new Set<string>();
  #minute = 0;
  /** no place becomes free before, for emotes with a name, and for the rest, ms */
  #fullUntil = { named: 0, unknown: 0 };
  #emotes: readonly TableEmote[] | undefined;
  /** rises with every change */
  version = 0;

  get emotes(): readonly TableEmote[] {
    return (this.#emotes ??= this.#slots.map(({ emote }) => emote));
  }

  /** Says which emotes the channel allows: each has a place for as long as it is allowed. */
  allow(keys: readonly string[]): void {
    this.#allowed = new Set(keys);
    this.#fullUntil = { named: 0, unknown: 0 };
    for (const key of keys) {
      if (!this.#indexes.has(key) && this.#slots.length < ALLOWED_MAX) this.#place(key, this.#slots.length, 0);
    }
  }

  /** The index of an emote that is used now; it gets a place if there is one. */
  use(key: string, now: number): number {
    const known = this.#indexes.get(key);
    const slot = known === undefined ? undefined : this.#slots[known];
    if (known === undefined || !slot) return this.#useNew(key, now);
    slot.usedAt = now;
    return known;
  }

  /** The index by which an emote is called, without a claim to a place. */
  indexOf(key: string): number {
    return this.#indexes.get(key) ?? this.#indexes.get(OTHERS.k) ?? this.#place(OTHERS.k, this.#slots.length, 0);
  }

  /** Whether the channel may know a better name than the key gives. Emoji and bare names say it all. */
  isNameless(key: string): boolean {
    return !/^(?:unicode|text):/.test(key) && !this.#aliases.has(key);
  }

  /** Takes the channel's names, emote key → shown name. */
  rename(aliases: ReadonlyMap<string, string>): void {
    this.#aliases = aliases;
    this.#fullUntil = { named: 0, unknown: 0 };
    for (const slot of this.#slots) {
      const shown = this.#display(slot.emote.k);
      if (shown === slot.emote.d) continue;
      slot.emote = { k: slot.emote.k, d: shown };
      this.#changed();
    }
  }

  #useNew(key: string, now: number): number {
    const minute = now - (now % MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#homeless.clear();
    }
    const index = this.#homeless.has(key) ? undefined : this.#freePlace(key, now);
    if (index !== undefined) return this.#place(key, index, now);
    if (this.#homeless.size < REMEMBERED_MAX) this.#homeless.add(key);
    return this.indexOf(key);
  }

  #freePlace(key: string, now: number): number | undefined {
    const kind = this.#isNamed(key) ? 'named' : 'unknown';
    if (now < this.#fullUntil[kind]) return undefined;
    const seen = this.#slots.filter(({ emote }) => emote.k !== OTHERS.k && !this.#allowed.has(emote.k));
    const unknown = seen.filter(({ emote }) => !this.#isNamed(emote.k));
    if (seen.length < SEEN_MAX && (kind === 'named' || unknown.length < UNKNOWN_MAX)) return this.#slots.length;
    // Made up names may take the place of each other only; what has a name may take any.
    const oldest = leastRecentlyUsed(kind === 'named' ? seen : unknown);
    const freeAt = (oldest?.usedAt ?? now) + IDLE_MS;
    if (oldest && freeAt <= now) return this.#indexes.get(oldest.emote.k);
    this.#fullUntil = { ...this.#fullUntil, [kind]: freeAt };
    return undefined;
  }

  /** Emoji are a list that nobody can add to, and other emotes were seen with a name. */
  #isNamed(key: string): boolean {
    return this.#aliases.has(key) || (key.startsWith('unicode:') && isEmoji(emoteDisplay(key)));
  }

  #place(key: string, index: number, now: number): number {
    const before = this.#slots[index];
    if (before) this.#indexes.delete(before.emote.k);
    const emote = key === OTHERS.k ? OTHERS : { k: key, d: this.#display(key) };
    this.#slots[index] = { emote, usedAt: now };
    this.#indexes.set(key, index);
    this.#changed();
    return index;
  }

  #changed(): void {
    this.#emotes = undefined;
    this.version += 1;
  }

  #display(key: string): string {
    if (key === OTHERS.k) return OTHERS.d;
    return this.#aliases.get(key) ?? emoteDisplay(key);
  }
}

function leastRecentlyUsed(slots: readonly Slot[]): Slot | undefined {
  return slots.reduce<Slot | undefined>(
    (oldest, slot) => (oldest && oldest.usedAt <= slot.usedAt ? oldest : slot),
    undefined,
  );
}
