import { ERRORS, type Settings, settingsSchema } from '@ovation/protocol';
import { z } from 'zod';
import { HttpProblem } from '../../../http/answers/http-problem.ts';
import { channelOfQuery, classicQuery, makeMissing } from '../../../http/channel-of.ts';
import { type Route, routeOf } from '../../../http/route.ts';
import type { ChannelDoors } from './doors.ts';

const route = routeOf<ChannelDoors>();

/** The classic addresses and the field that each of them reads and writes (S0-11 to S0-14). */
export const classicSettingsRoutes: readonly Route<ChannelDoors>[] = [
  ...routesOf('/settings/interval', 'interval', {
    read: 'How many reactions between judgements',
    change: 'Change it: 1 to 1000',
    example: 50,
  }),
  ...routesOf('/settings/threshold', 'threshold', {
    read: 'The share above which a moment is one',
    change: 'Change it: between 0 and 1',
    example: 0.3,
  }),
  ...routesOf('/settings/allowed-emotes', 'allowedEmotes', {
    read: 'The emotes that count',
    change: 'Change them',
    example: ['🔥', '👍'],
  }),
];

function routesOf<Field extends keyof Settings>(
  path: string,
  field: Field,
  says: { read: string; change: string; example: Settings[Field] },
): Route<ChannelDoors>[] {
  const shape = z.object({ [field]: settingsSchema.shape[field] });
  return [
    route({
      method: 'GET',
      path,
      class: 'classic',
      summary: says.read,
      describes: { query: classicQuery, answers: { 200: shape } },
      handler:
        ({ channels }) =>
        async (request) => {
          const settings = await channels.settings(channelOfQuery(request));
          return { [field]: settings[field] };
        },
    }),
    route({
      method: 'PUT',
      path,
      class: 'classic',
      permission: { name: 'update:settings', channel: channelOfQuery },
      summary: says.change,
      describes: { query: classicQuery, body: shape, answers: { 200: shape } },
      example: () => ({ [field]: says.example }),
      handler:
        ({ channels }, context) =>
        async (request) => {
          const channel = channelOfQuery(request);
          const patch = { [field]: checked(field, request.body) };
          await makeMissing(channels, context, request, channel);
          const settings = await channels.changeSettings(channel, patch);
          return { [field]: settings[field] };
        },
    }),
  ];
}

function checked(field: keyof Settings, body: unknown): Settings[keyof Settings] {
  const given = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined;
  const answer = settingsSchema.shape[field].safeParse(given);
  if (answer.success) return answer.data;
  throw new HttpProblem(ERRORS.validation, { text: answer.error.issues[0]?.message });
}
