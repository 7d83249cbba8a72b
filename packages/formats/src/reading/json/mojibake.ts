import { fieldsOf } from '../records/json-fields.ts';

/** Fields of exports of Messenger and Instagram whose texts are for people. */
const TEXTS = ['sender_name', 'content'];

/** Exports of Messenger and Instagram write each byte of UTF-8 as a character of its own: `cafÃ©` for `café`. */
export function withoutMojibake(item: unknown): unknown {
  const fields = fieldsOf(item);
  if (typeof fields['sender_name'] !== 'string' || !('timestamp_ms' in fields)) return item;
  const mended = TEXTS.flatMap((name) => {
    const text = fields[name];
    return typeof text === 'string' ? [[name, textOfBytes(text)] as const] : [];
  });
  return { ...fields, ...Object.fromEntries(mended) };
}

/** The text whose bytes the characters are, or the same text where they are none. */
function textOfBytes(text: string): string {
  if (!/[\u{80}-\u{FF}]/u.test(text) || /[\u{100}-\u{10FFFF}]/u.test(text)) return text;
  try {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}
