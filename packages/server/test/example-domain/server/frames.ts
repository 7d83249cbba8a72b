import { nativeFrameOf, type Frame } from '../../../src/gateway/doors/frame.ts';
import { Problem } from '../../../src/problem.ts';
import { askNoteSchema, notesDomain } from '../protocol/index.ts';
import type { Notes } from './index.ts';

interface NoteDoors {
  readonly notes: Notes;
}

const frame = nativeFrameOf<NoteDoors>();

export const frames: readonly Frame<NoteDoors>[] = [
  frame({
    op: 'note',
    schema: askNoteSchema,
    summary: 'One note',
    permission: { name: 'read:notes', channel: () => 'default' },
    limit: { perSecond: 1, burst: 4, text: 'Too many questions about notes' },
    handler:
      ({ notes }) =>
      async (said) => {
        const note = (await notes.list()).find(({ id }) => id === said.note);
        if (!note) throw new Problem(notesDomain.spec.errors.noteUnknown);
        return { note };
      },
  }),
];
