import { type ChannelActivity, channelNameSchema, countedKey, type DigestRecord } from '@ovation/protocol';

const BEGIN = ascii('{"k":"d","src":');
const SEQ = ascii(',"seq":');
const TIME = ascii(',"t":');
const CHANNELS = ascii(',"ch":{');
const EMOTES = ascii(':{"e":{');
const REACTORS = ascii(',"r":');
const MESSAGES = ascii(',"m":');
const AUTHORS = ascii(',"a":');
const FEATURES = ascii(',"f":{');
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const CLOSE = 0x7d;
const ZERO = 0x30;
const SPACE = 0x20;
/** A longer number may not be a safe integer. */
const DIGITS_MAX = 15;
/** A longer name is left to JSON.parse, which keeps the cache small. */
const NAME_BYTES_MAX = 128;
/** Size of the cache of names; a power of two. */
const NAMES = 4_096;
/** The hash of a name, as Java has it for texts, with its upper bits folded onto the place. */
const HASH_FACTOR = 31;
const HASH_FOLD = 12;

interface Name {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly isChannel: boolean;
  readonly isEmote: boolean;
}

const NO_NAME: Name = { bytes: new Uint8Array(), text: '', isChannel: false, isEmote: false };

/**
 * Reads digests of reactions from their bytes, without a text in between: JSON.parse was most of the analyzer's work.
 * It accepts exactly the spelling in which the gateways write digests, with the names of channels and emotes that they
 * take, and leaves any other to JSON.parse.
 */
export class DigestDecoder {
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** by a hash of the bytes; a new name replaces an older one with the same hash */
  readonly #names: (Name | undefined)[] = Array.from({ length: NAMES }, () => undefined);
  #bytes: Uint8Array = BEGIN;
  /** position of the next byte; -1 = the record has another spelling */
  #at = 0;

  /** @returns the checked record, as JSON.parse would give it; undefined = JSON.parse must read it */
  decode(bytes: Uint8Array): DigestRecord | undefined {
    this.#bytes = bytes;
    this.#at = 0;
    this.#pass(BEGIN);
    const src = this.#name().text;
    this.#pass(SEQ);
    const seq = this.#count();
    this.#pass(TIME);
    const t = this.#count();
    this.#pass(CHANNELS);
    const ch = this.#at === -1 ? {} : this.#channels();
    return this.#passByte(CLOSE) && this.#at === bytes.length ? { k: 'd', src, seq, t, ch } : undefined;
  }

  #channels(): Record<string, ChannelActivity> {
    const channels: Record<string, ChannelActivity> = {};
    if (this.#passByte(CLOSE)) return channels;
    do {
      const { isChannel, text: name } = this.#name();
      this.#pass(EMOTES);
      const e = this.#counts(1, true);
      this.#pass(REACTORS);
      const r = this.#count();
      this.#pass(MESSAGES);
      const m = this.#count();
      this.#pass(AUTHORS);
      const a = this.#count();
      this.#pass(FEATURES);
      const f = this.#counts(0, false);
      if (!isChannel || !this.#passByte(CLOSE)) return this.#another(channels);
      channels[name] = { e, r, m, a, f };
    } while (this.#passByte(COMMA));
    return this.#passByte(CLOSE) ? channels : this.#another(channels);
  }

  /** Names with numbers of at least `least`, through the closing bracket. */
  #counts(least: number, areEmotes: boolean): Record<string, number> {
    const counts: Record<string, number> = {};
    if (this.#at === -1 || this.#passByte(CLOSE)) return counts;
    do {
      const { isEmote, text: name } = this.#name();
      if (!this.#passByte(COLON) || (areEmotes && !isEmote)) return this.#another(counts);
      const n = this.#count();
      if (this.#at === -1 || n < least) return this.#another(counts);
      counts[name] = n;
    } while (this.#passByte(COMMA));
    return this.#passByte(CLOSE) ? counts : this.#another(counts);
  }

  /** A whole number without sign, or 0 when it is something else. */
  #count(): number {
    const bytes = this.#bytes;
    const from = this.#at;
    if (from === -1) return 0;
    let at = from;
    let n = 0;
    for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit < 10; digit = (bytes[at] ?? 0) - ZERO) {
      n = 10 * n + digit;
      at += 1;
    }
    const digits = at - from;
    if (digits === 0 || digits > DIGITS_MAX || (digits > 1 && bytes[from] === ZERO)) return this.#another(0);
    this.#at = at;
    return n;
  }

  #name(): Name {
    const bytes = this.#bytes;
    if (!this.#passByte(QUOTE)) return this.#another(NO_NAME);
    const from = this.#at;
    let at = from;
    let hash = 0;
    for (let byte = bytes[at] ?? 0; byte !== QUOTE; byte = bytes[at] ?? 0) {
      // Behind the end the byte is 0, so this is true there too.
      if (byte < SPACE || byte === BACKSLASH) return this.#another(NO_NAME);
      hash = (Math.imul(hash, HASH_FACTOR) + byte) | 0;
      at += 1;
    }
    this.#at = at + 1;
    const place = (hash ^ (hash >>> HASH_FOLD)) & (NAMES - 1);
    const known = this.#names[place];
    return known && isSame(known.bytes, bytes, from, at) ? known : this.#newName(from, at, place);
  }

  #newName(from: number, to: number, place: number): Name {
    if (to - from > NAME_BYTES_MAX) return this.#another(NO_NAME);
    const bytes = this.#bytes.slice(from, to);
    let decoded: string;
    try {
      decoded = this.#utf8.decode(bytes);
    } catch {
      return this.#another(NO_NAME);
    }
    // Assigning to `__proto__` would set the prototype and not a property.
    if (decoded === '__proto__') return this.#another(NO_NAME);
    // A string that was the name of a property before is found faster as a name.
    const text = Object.keys({ [decoded]: 0 })[0] ?? decoded;
    const isChannel = channelNameSchema.safeParse(text).success;
    const name = { bytes, text, isChannel, isEmote: countedKey(text) === text };
    this.#names[place] = name;
    return name;
  }

  #pass(spelling: Uint8Array): void {
    const from = this.#at;
    if (from === -1) return;
    const bytes = this.#bytes;
    for (let index = 0; index < spelling.length; index += 1) {
      if (bytes[from + index] === spelling[index]) continue;
      this.#at = -1;
      return;
    }
    this.#at = from + spelling.length;
  }

  #passByte(byte: number): boolean {
    if (this.#at === -1 || this.#bytes[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  #another<T>(nothing: T): T {
    this.#at = -1;
    return nothing;
  }
}

function isSame(name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[from + index]) return false;
  return true;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
