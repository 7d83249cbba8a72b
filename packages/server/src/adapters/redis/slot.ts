const SLOTS = 16_384;
/** CRC-16/XMODEM, as the cluster specification of Redis defines it. */
const POLYNOMIAL = 0x1021;
const TOP_BIT = 0x8000;
const MASK = 0xffff;
const BITS = 8;

/** The slot of a key or channel in a cluster: of what stands in its first braces, when something does. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << BITS;
    for (let bit = 0; bit < BITS; bit++) crc = ((crc & TOP_BIT) === 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL) & MASK;
  }
  return crc % SLOTS;
}
