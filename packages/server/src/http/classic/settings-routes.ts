import { ERRORS, type Settings, settingsSchema } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../http-problem.ts';
import type { HttpParts } from '../parts.ts';
import { requirePermission } from '../permission.ts';
import { channelOf } from './channel-of.ts';

/** The documents' addresses and the field each of them reads and writes (S0-11 to S0-14). */
const FIELDS = {
  '/settings/interval': 'interval',
  '/settings/threshold': 'threshold',
  '/settings/allowed-emotes': 'allowedEmotes',
} as const satisfies Record<string, keyof Settings>;

export function classicSettingsRoutes(app: FastifyInstance, parts: HttpParts): void {
  for (const [path, field] of Object.entries(FIELDS)) {
    app.get(path, async (request) => {
      const settings = await parts.channels.settings(channelOf(request));
      return { [field]: settings[field] };
    });
    app.put(path, {
      // Before the body is read: who may not change it is not told what is wrong with it.
      onRequest: (request) => requirePermission(parts, request, 'update:settings', channelOf(request)),
      handler: async (request) => {
        const patch = { [field]: checked(field, request.body) };
        const settings = await parts.channels.changeSettings(channelOf(request), patch);
        return { [field]: settings[field] };
      },
    });
  }
}

function checked(field: keyof Settings, body: unknown): Settings[keyof Settings] {
  const given = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined;
  const answer = settingsSchema.shape[field].safeParse(given);
  if (answer.success) return answer.data;
  throw new HttpProblem(ERRORS.validation, { text: answer.error.issues[0]?.message });
}
