import { z } from 'zod';
import { EMOTE_TEXT_MAX } from '../core/emotes.ts';

/** Most reactions one `react` frame may carry; the SDK merges taps to at most four frames a second. */
export const REACT_MAX_COUNT = 20;

/** Taps of one emote, merged. */
export const reactFrameSchema = z.object({
  op: z.literal('react'),
  c: z.number().int().min(0),
  e: z.string().min(1).max(EMOTE_TEXT_MAX),
  n: z.number().int().min(1).max(REACT_MAX_COUNT).default(1),
});
