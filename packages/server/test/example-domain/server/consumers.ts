import type { StartRun } from '../../../src/modules/run.ts';
import { noteSchema, notesDomain } from '../protocol/index.ts';
import type { Notes } from './index.ts';

/** Reads the topic from its beginning. */
export const hearNotes: StartRun<Notes> = async (notes, { eventLog }) => {
  const stopping = new AbortController();
  const reading = (async () => {
    const from = new Map([[0, 0]]);
    const topic = notesDomain.spec.topics.notes.name;
    for await (const { records } of eventLog.read({ topic, from, signal: stopping.signal })) {
      for (const { value } of records)
        notes.heard.push(noteSchema.parse(JSON.parse(new TextDecoder().decode(value))).text);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await reading;
    },
  };
};
