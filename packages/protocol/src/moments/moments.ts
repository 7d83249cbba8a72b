import { z } from 'zod';

/** What most of an audience's reactions say. */
export const MOMENT_KINDS = ['laugh', 'hype', 'shock', 'sad', 'love'] as const;
export type MomentKind = (typeof MOMENT_KINDS)[number];
/** What may have made an audience rise other than the broadcast itself. */
export const MOMENT_FLAGS = ['raid', 'poll', 'giveaway', 'sub train', 'copypasta', 'spammer', 'ad break'] as const;
export type MomentFlag = (typeof MOMENT_FLAGS)[number];

/** Why a moment of the whole audience is one. Bounded: three reactions, three samples of at most 120 characters. */
export const momentReasonsSchema = z.object({
  /**
   * messages and reacting viewers a second: inside the range, in the up to ten minutes before it, and in the loudest 16 s
   * that end in it
   */
  rate: z.object({ now: z.number(), base: z.number(), peak: z.number() }),
  /** chat messages inside the range */
  messages: z.number().int(),
  /** viewers who reacted without writing, counted anew each time they did */
  reactors: z.number().int(),
  /** different people who wrote; beyond 64 a second it is estimated */
  authors: z.number().int(),
  /** the reactions with the most weight, as shown; `emote` where it was not written but tapped */
  reactions: z.array(z.object({ reaction: z.string(), emote: z.string().optional(), count: z.number() })).max(3),
  /** messages of different people; links, addresses and long numbers are taken out. What users wrote: escape it */
  samples: z.array(z.object({ at: z.string(), text: z.string() })).max(3),
  kind: z.enum(MOMENT_KINDS),
  flags: z.array(z.enum(MOMENT_FLAGS)),
});
export type MomentReasons = z.infer<typeof momentReasonsSchema>;

/**
 * One revision of a moment, as it is published, stored and shown (docs/decisions/shape-of-a-moment.md). Revisions of one id rise; the last one is `final`. A published moment is never withdrawn:
 * when the closed window no longer holds, its final revision says so with `holds: false` (flows.md B2).
 */
export const momentSchema = z.object({
  id: z.string(),
  rev: z.number().int().min(1),
  channel: z.string(),
  broadcastId: z.string().nullable(),
  detector: z.string(),
  /** emote key, or "" for detectors that do not single one out */
  emote: z.string(),
  /** the emote as shown: an emoji or an alias */
  display: z.string(),
  /** start of the window, ISO 8601 UTC */
  windowStart: z.string(),
  count: z.number(),
  total: z.number(),
  ratio: z.number(),
  final: z.boolean(),
  holds: z.boolean(),
  /** version of the settings that judged it */
  settingsVersion: z.number().int(),
  /** append time of the record that caused this revision, ms */
  detectedAt: z.number(),
  /** where it begins, is strongest and ends, ISO 8601 UTC; of detectors that cut. A first guess until it is final */
  range: z.object({ start: z.string(), peak: z.string(), end: z.string() }).optional(),
  /** standard deviations above the channel's own last ten minutes; comparable across channels */
  score: z.number().optional(),
  reasons: momentReasonsSchema.optional(),
});
export type Moment = z.infer<typeof momentSchema>;

/** A moment as the classic contract has it on `aggregated-emote-data` and the classic socket (S2-13), plus `id`, `rev`. */
export type ClassicMoment = ReturnType<typeof classicMoment>;

export function classicMoment(moment: Moment) {
  return {
    emote: moment.display,
    timestamp: moment.windowStart,
    count: moment.count,
    total: moment.total,
    ratio: moment.ratio,
    id: moment.id,
    rev: moment.rev,
  };
}
