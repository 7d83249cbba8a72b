import type { ChatImport, ChatMessage } from '@ovation/formats';

/** A chat log that is about to be imported. */
export interface RecordedChat {
  /** name of the file; of one in an archive `chat.zip/part-1.txt` */
  readonly name: string;
  /** iterate once; that throws what the import throws */
  readonly chat: ChatImport;
}

/** A chat of batches; both ways of iterating it give the same messages. */
export function chatOf(
  report: ChatImport['report'],
  batches: () => AsyncGenerator<readonly ChatMessage[], void>,
): ChatImport {
  async function* oneByOne() {
    for await (const messages of batches()) for (const message of messages) yield message;
  }
  return { report, batches, [Symbol.asyncIterator]: oneByOne };
}

/** A chat whose first batch is read, so that its format is known; what was read comes first when it is iterated. */
export async function begin(chat: ChatImport): Promise<ChatImport> {
  const reading = chat.batches()[Symbol.asyncIterator]();
  const first = await reading.next();
  return chatOf(chat.report, async function* batches() {
    try {
      for (let next = first; !next.done; next = await reading.next()) yield next.value;
    } finally {
      await reading.return?.();
    }
  });
}
