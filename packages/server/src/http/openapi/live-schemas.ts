import { z } from 'zod';
import { channelParams } from '../api/resource-schemas.ts';
import type { RouteSchemas } from './operation.ts';

const analysisSchema = z.looseObject({
  format: z.string().describe('name of the format, recognised by the content'),
  messages: z.int(),
  skipped: z.int().describe('lines or comments that are no message'),
  warnings: z.array(z.string()),
  detector: z.literal('surge'),
  found: z.int().describe('moments that were found; the best of them are in `moments`'),
  momentsPerHour: z.int(),
  moments: z.array(
    z.looseObject({
      startSeconds: z.number(),
      endSeconds: z.number(),
      peakSeconds: z.number(),
      time: z.string().describe('h:mm:ss of the start'),
      score: z.number(),
      reasons: z.looseObject({}),
    }),
  ),
  messagesByMinute: z.array(z.tuple([z.int(), z.int()])),
});

/** Routes of the API that parse by themselves, outside the scope whose schemas are collected. */
export const LIVE_SCHEMAS: Readonly<Record<string, RouteSchemas>> = {
  'GET /api/v1/channels/:channel/events': {
    params: channelParams,
    querystring: z.object({
      since: z.string().optional().describe('position, <epoch>:<seq>'),
      t: z.number().optional().describe('server time that came with the position, ms'),
      timeout: z.number().min(0).max(25).default(25).describe('seconds to wait for the first event'),
    }),
    response: { 200: z.looseObject({ now: z.int().describe('server time, ms'), sub: z.looseObject({}) }) },
  },
  'POST /api/v1/analyses': {
    isFile: true,
    body: z
      .array(z.looseObject({ time: z.number(), user: z.string(), text: z.string() }))
      .describe('or the bytes of any chat log that is read, with any content type, packed with gzip or not'),
    response: { 200: analysisSchema },
  },
};
