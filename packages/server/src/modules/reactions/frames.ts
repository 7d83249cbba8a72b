import { emoteKey, ERRORS, FRAME_ERRORS, RAW_EMOTE_TEXTS, REACT_MAX_COUNT, reactFrameSchema } from '@ovation/protocol';
import { type Frame, nativeFrameOf } from '../../gateway/doors/frame.ts';
import type { Reactions } from './index.ts';

interface ReactionDoors {
  readonly reactions: Pick<Reactions, 'count' | 'isOpen'>;
}

/**
 * A reaction as clients write it: the frame of which there are ten thousand a second. A text that differs (order, spaces,
 * escapes, numbers that JSON would not take) goes the long way.
 */
const REACTION = /^\{"op":"react","c":(0|[1-9]\d{0,8}),"e":"([^"\\\p{Cc}]{1,128})","n":([1-9]\d?)\}$/v;

const frame = nativeFrameOf<ReactionDoors>();

export const frames: readonly Frame<ReactionDoors>[] = [
  frame({
    op: 'react',
    schema: reactFrameSchema,
    summary: 'Taps of one emote, merged',
    fast(text) {
      const [, c, e = '', n] = REACTION.exec(text) ?? [];
      const count = Number(n);
      return count <= REACT_MAX_COUNT ? { op: 'react' as const, c: Number(c), e, n: count } : undefined;
    },
    // Holding an emote streams ten or so a second, merged into four frames.
    limit: { perSecond: 20, burst: 2 * REACT_MAX_COUNT, cost: ({ n }) => n, text: 'Too many reactions' },
    handler:
      ({ reactions }) =>
      ({ c, e, n }, session) => {
        const feed = session.followed(c);
        if (feed?.prefix !== 'channel') {
          return session.refuse({ code: FRAME_ERRORS.noSuchChannel, msg: 'c is not subscribed' });
        }
        if (!reactions.isOpen(feed.name)) {
          return session.refuse({ code: FRAME_ERRORS.noSuchChannel, msg: ERRORS.channelArchived.sentence });
        }
        const key = emoteKey(e);
        if (!key) return session.refuse({ code: FRAME_ERRORS.badRequest, msg: RAW_EMOTE_TEXTS.emoteInvalid });
        return reactions.count({ channel: feed.name, key, n, reactor: session.connection });
      },
  }),
];
