import { classicMoment, emoteKey, isStorable, momentSchema, paginationSchema, previewSchema } from '@ovation/protocol';
import { z } from 'zod';
import { channelOfQuery, channelParams, classicQuery, knownChannel } from '../../http/channel-of.ts';
import { pageQuery, paginationOf, readCursor } from '../../http/pages.ts';
import { instant } from '../../http/query-values.ts';
import { type Route, routeOf } from '../../http/route.ts';
import { type Channels, settingsBody } from '../channels/index.ts';
import type { Moments } from './index.ts';

interface MomentDoors {
  readonly channels: Pick<Channels, 'find' | 'settings'>;
  readonly moments: Pick<Moments, 'page' | 'preview'>;
}

z.globalRegistry.add(momentSchema, { id: 'Moment' });
z.globalRegistry.add(previewSchema, { id: 'Preview' });

/** `GET /moments` shows so many. */
const CLASSIC_MAX = 100;

const NAME_MAX_LENGTH = 128;
const name = z.string().min(1).max(NAME_MAX_LENGTH);

const momentsQuery = pageQuery.extend({
  broadcast: name.refine(isStorable, 'is not the id of a broadcast').optional().describe('id of a broadcast'),
  emote: name.refine(isStorable, 'is not an emote').optional().describe('as shown, or its key'),
  detector: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, 'is not a detector')
    .optional()
    .describe('surge or ratio; all of them when it is missing'),
  from: instant.optional().describe('first start of a window, ISO 8601'),
  to: instant.optional().describe('last start of a window, ISO 8601'),
});

const classicMoments = z.array(
  z.object({
    emote: z.string(),
    timestamp: z.string(),
    count: z.number(),
    total: z.number(),
    ratio: z.number(),
    id: z.string(),
    rev: z.int(),
  }),
);

const route = routeOf<MomentDoors>();

export const routes: readonly Route<MomentDoors>[] = [
  route({
    method: 'GET',
    path: '/api/v1/channels/:channel/moments',
    class: 'api',
    summary: 'Its moments, latest window first, in pages',
    checks: {
      params: channelParams,
      query: momentsQuery,
      answers: { 200: z.object({ data: z.array(momentSchema), pagination: paginationSchema }) },
    },
    handler:
      ({ channels, moments }) =>
      async (request) => {
        const { after, broadcast, detector, emote, from, limit, to } = request.query;
        const place = readCursor(after);
        const channel = await knownChannel(channels, request.params.channel);
        const wantedEmote = emote === undefined ? undefined : { shown: emote, key: emoteKey(emote) ?? emote };
        const wanted = { after: place, limit, broadcastId: broadcast, detector, emote: wantedEmote, from, to };
        const page = await moments.page(channel.name, wanted);
        return { data: page.moments, pagination: paginationOf(limit, page.next) };
      },
  }),
  route({
    method: 'POST',
    path: '/api/v1/channels/:channel/settings/preview',
    class: 'api',
    summary: 'What settings would have given over the last hour',
    checks: { params: channelParams, body: settingsBody, answers: { 200: previewSchema } },
    example: () => ({ threshold: 0.5 }),
    handler:
      ({ channels, moments }) =>
      async (request) => {
        const channel = await knownChannel(channels, request.params.channel);
        const now = await channels.settings(channel.name);
        const { allowedEmotes = now.allowedEmotes, interval = now.interval, threshold = now.threshold } = request.body;
        return moments.preview(channel.name, { interval, threshold, allowedEmotes });
      },
  }),
  /**
   * The latest moments of the classic rule that hold, newest first (S2-43). A token with a `streamerId` shows that channel,
   * whatever the address names. The classic contract names no shape: it is the one of its topic and its socket.
   */
  route({
    method: 'GET',
    path: '/moments',
    class: 'classic',
    permission: { name: 'read:moments', channel: channelOfQuery },
    summary: "The latest moments of the token's channel",
    describes: { query: classicQuery, answers: { 200: classicMoments } },
    handler:
      ({ moments }, { channelOfToken }) =>
      async (request) => {
        const channel = channelOfToken(request) ?? channelOfQuery(request);
        const page = await moments.page(channel, { detector: 'ratio', limit: CLASSIC_MAX });
        return page.moments.filter(({ holds }) => holds).map(classicMoment);
      },
  }),
];
