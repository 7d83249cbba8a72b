import { deflatedFrame } from '../sockets/deflated-frame.ts';
import type { Door } from '../sockets/connection.ts';
import { textFrame } from '../sockets/text-frame.ts';
import type { Wording } from '../rooms/room-flush.ts';
import { encodeSse } from './sse-events.ts';

const frame: Wording['frame'] = (texts) => textFrame(texts.join('\n'));
const deflate: Wording['deflate'] = (texts) => deflatedFrame(texts.join('\n'));

/** The words of each door. */
export const WORDINGS: Readonly<Record<Door, Wording>> = {
  /** `ovation.v1`: one object a line */
  native: {
    encode({ number, gap, events, live }) {
      const ordered = [
        ...(gap ? [JSON.stringify({ k: 'gap', c: number, pos: gap })] : []),
        ...events.map(({ text }) => text),
        ...(live.ordered ? [live.ordered.text] : []),
      ];
      return {
        ...(ordered.length > 0 && { ordered: ordered.join('\n') }),
        ...(live.volatile && { volatile: live.volatile.text }),
      };
    },
    frame,
    deflate,
  },
  /** Only what the feed's kind has classic words for (S0-22). */
  classic: {
    encode({ events }, feed) {
      const said = feed.classic(events.map(({ event }) => event));
      return said ? { ordered: JSON.stringify(said) } : {};
    },
    frame,
    deflate,
  },
  /** A client that polls only wants to know that there is something; the answer is the reply to a subscription. */
  poll: {
    encode: ({ events, gap }) => (events.length > 0 || gap ? { ordered: '' } : {}),
    frame: () => Buffer.alloc(0),
  },
  sse: { encode: encodeSse, frame: (texts) => Buffer.from(texts.join('')) },
};
