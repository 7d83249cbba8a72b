import { z } from 'zod';

/**
 * One revision of a moment. Revisions of one id rise; the last one is `final`. A published moment is never withdrawn:
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
});
export type Moment = z.infer<typeof momentSchema>;

/** The documents' item on `aggregated-emote-data` and the classic socket (S2-13), plus `id` and `rev`. */
export interface ClassicMoment {
  emote: string;
  timestamp: string;
  count: number;
  total: number;
  ratio: number;
  id: string;
  rev: number;
}

export function classicMoment(moment: Moment): ClassicMoment {
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
