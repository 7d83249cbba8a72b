import { sql } from 'kysely';
import type { Platform } from '../../../src/platform.ts';
import { Problem } from '../../../src/problem.ts';
import { declareMetrics } from '../../../src/telemetry/metrics.ts';
import { notesDomain } from '../protocol/index.ts';

export interface Note {
  readonly id: number;
  readonly text: string;
}

export interface Notes {
  /** @throws Problem `note_refused` */
  pin(text: string): Promise<Note>;
  list(): Promise<Note[]>;
  /** notes that the consumer has read from the topic */
  readonly heard: string[];
}

const noteMetrics = declareMetrics((metrics) => ({
  pinned: metrics.counter('example_notes_pinned_total', 'Notes that were pinned'),
}));

/** The notes of the example are all of one channel. */
export const NOTES_FEED = 'notes:default';

export function createNotes({ database, metrics }: Platform): Notes {
  const { pinned } = noteMetrics(metrics);
  return {
    heard: [],
    async pin(text) {
      if (text === text.toUpperCase()) throw new Problem(notesDomain.spec.errors.noteRefused);
      const note = await database.unitOfWork(async (uow) => {
        const { rows } = await sql<Note>`insert into example_notes (text) values (${text}) returning id, text`.execute(
          uow.sql,
        );
        const [stored] = rows;
        if (!stored) throw new Error('A note that was inserted comes back');
        uow.appendFeed({ feed: NOTES_FEED, key: `note:${stored.id}`, body: { y: 'note', d: stored } });
        uow.appendOutbox({ topic: notesDomain.spec.topics.notes.name, key: null, body: stored });
        return stored;
      });
      pinned.inc();
      return note;
    },
    async list() {
      const { rows } = await sql<Note>`select id, text from example_notes order by id`.execute(database.sql);
      return rows;
    },
  };
}
