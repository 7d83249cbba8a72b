import { encodeClassic } from './classic-frames.ts';
import type { Door } from '../sockets/connection.ts';
import { deflatedFrame } from '../sockets/deflated-frame.ts';
import { encodeNative } from './native-frames.ts';
import type { Wording } from '../rooms/room-flush.ts';
import { encodeSse } from './sse-events.ts';
import { textFrame } from '../sockets/text-frame.ts';

const frame: Wording['frame'] = (texts) => textFrame(texts.join('\n'));

/** The words of each door. */
export const WORDINGS: Readonly<Record<Door, Wording>> = {
  native: { encode: encodeNative, frame, deflate: (texts) => deflatedFrame(texts.join('\n')) },
  classic: { encode: encodeClassic, frame, deflate: (texts) => deflatedFrame(texts.join('\n')) },
  // Whoever polls only wants to know that there is something; the answer is the reply to a subscription.
  poll: {
    encode: ({ events, gap }) => (events.length > 0 || gap ? { ordered: '' } : {}),
    frame: () => Buffer.alloc(0),
  },
  sse: { encode: encodeSse, frame: (texts) => Buffer.from(texts.join('')) },
};
