import { z } from 'zod';
import { type Route, routeOf } from '../../../src/http/route.ts';
import { noteSchema } from '../protocol/index.ts';
import type { Notes } from './index.ts';

interface NoteDoors {
  readonly notes: Notes;
}

const route = routeOf<NoteDoors>();

export const routes: readonly Route<NoteDoors>[] = [
  route({
    method: 'POST',
    path: '/api/v1/notes',
    class: 'api',
    permission: { name: 'pin:notes', channel: () => 'default' },
    summary: 'Pin a note',
    checks: { body: noteSchema.pick({ text: true }), answers: { 201: noteSchema } },
    example: () => ({ text: 'We begin at eight' }),
    handler:
      ({ notes }) =>
      async (request, reply) =>
        reply.status(201).send(await notes.pin(request.body.text)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/notes',
    class: 'api',
    summary: 'All notes, and those that the consumer has heard of',
    checks: { answers: { 200: z.object({ data: z.array(noteSchema), heard: z.array(z.string()) }) } },
    handler:
      ({ notes }) =>
      async () => ({ data: await notes.list(), heard: notes.heard }),
  }),
];
