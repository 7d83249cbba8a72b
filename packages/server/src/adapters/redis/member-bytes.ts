/**
 * Redis orders members of one score by their bytes, the port by UTF-16 units. Both are the same order when each unit is
 * written as UTF-8 writes a character of its number: surrogates too, by three bytes each (CESU-8). Text without surrogates
 * is plain UTF-8, so redis-cli shows it.
 */
const SURROGATE = /[\uD800-\uDFFF]/;
const LEAD_3 = 0xe0;
const LEAD_2 = 0xc0;
const TAIL = 0x80;
const TAIL_MASK = 0x3f;
const TAIL_BITS = 6;
const LEAD_3_BITS = 12;
const ASCII_END = 0x80;
const TWO_BYTES_END = 0x800;
const LEAD_3_MASK = 0x0f;
/** The first byte of every surrogate, and of some other characters. */
const SURROGATE_LEAD = 0xed;

export function bytesOfMember(member: string): string | Buffer {
  if (!SURROGATE.test(member)) return member;
  const bytes: number[] = [];
  for (let at = 0; at < member.length; at++) {
    const unit = member.charCodeAt(at);
    if (unit < ASCII_END) bytes.push(unit);
    else if (unit < TWO_BYTES_END) bytes.push(LEAD_2 | (unit >> TAIL_BITS), TAIL | (unit & TAIL_MASK));
    else {
      bytes.push(LEAD_3 | (unit >> LEAD_3_BITS), TAIL | ((unit >> TAIL_BITS) & TAIL_MASK), TAIL | (unit & TAIL_MASK));
    }
  }
  return Buffer.from(bytes);
}

export function memberOfBytes(bytes: Buffer): string {
  if (!bytes.includes(SURROGATE_LEAD)) return bytes.toString();
  let member = '';
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const tail = (distance: number) => (bytes[at + distance] ?? 0) & TAIL_MASK;
    if (lead < ASCII_END) {
      member += String.fromCharCode(lead);
      at += 1;
    } else if (lead < LEAD_3) {
      member += String.fromCharCode(((lead & ~LEAD_2) << TAIL_BITS) | tail(1));
      at += 2;
    } else {
      member += String.fromCharCode(((lead & LEAD_3_MASK) << LEAD_3_BITS) | (tail(1) << TAIL_BITS) | tail(2));
      at += 3;
    }
  }
  return member;
}
