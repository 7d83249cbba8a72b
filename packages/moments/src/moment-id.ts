const encoder = new TextEncoder();
const OFFSET_BASIS = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x0000000001000000000000000000013bn;
const MASK = (1n << 128n) - 1n;

/** hexadecimal digits of 128 bits */
const ID_DIGITS = 32;

export interface MomentIdentity {
  readonly tenant: string;
  readonly channel: string;
  readonly detector: string;
  /** emote key, or "" */
  readonly emote: string;
  /** window start or opening second, ms */
  readonly startAt: number;
  /** version of the settings with which a deleted channel began again; undefined for a channel that was never deleted */
  readonly born?: number | undefined;
}

/**
 * The id of a moment. The same facts give the same id, so a replay, a second analyzer or a new detector version cannot
 * publish a moment twice (flows.md row 7). FNV-1a with 128 bits (draft-eastlake-fnv); 32 hex digits.
 */
export function momentId(identity: MomentIdentity): string {
  const { born, tenant, channel, detector, emote, startAt } = identity;
  const facts = [tenant, channel, detector, emote, startAt, ...(born === undefined ? [] : [born])];
  let hash = OFFSET_BASIS;
  for (const byte of encoder.encode(JSON.stringify(facts))) {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  }
  return hash.toString(16).padStart(ID_DIGITS, '0');
}
