import { z } from 'zod';
import { channelParams } from '../api/resource-schemas.ts';
import type { RouteSchemas } from './operation.ts';

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
};
