import { encodeClassic } from './classic-frames.ts';
import type { Door } from './connection.ts';
import { deflatedFrame } from './deflated-frame.ts';
import { encodeNative } from './native-frames.ts';
import type { Wording } from './room-flush.ts';
import { encodeSse } from './sse-events.ts';
import { textFrame } from './text-frame.ts';

const frame: Wording['frame'] = (texts) => textFrame(texts.join('\n'));

/** The words of each door. */
export const WORDINGS: Readonly<Record<Door, Wording>> = {
  native: { encode: encodeNative, frame, deflate: (texts) => deflatedFrame(texts.join('\n')) },
  classic: { encode: encodeClassic, frame, deflate: (texts) => deflatedFrame(texts.join('\n')) },
  sse: { encode: encodeSse, frame: (texts) => Buffer.from(texts.join('')) },
};
