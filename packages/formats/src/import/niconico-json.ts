import type { ImportFormat, ImportInput } from '../reading/format.ts';
import type { ChatMessage } from '../reading/chat.ts';
import { ImportError } from '../reading/import-error.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../reading/records/json-fields.ts';
import { JsonScanner } from '../reading/records/json-scanner.ts';
import { utcOfIso } from '../reading/utc.ts';

/** The API answers at most a few thousand comments of a video, of about 350 characters each. */
const WANTED = { list: 'no list', members: ['data'], elementName: 'comment', maxLength: 33_554_432 };

interface Comment {
  readonly fields: Fields;
  readonly where: string;
  readonly ms: number;
  readonly isOwner: boolean;
}

/**
 * Niconico's comments `data.threads[].comments[]`. They are collected over days from several threads, so they are
 * sorted by `vposMs`.
 */
export const niconicoJson: ImportFormat = {
  name: 'niconico-json',
  title: 'niconico comments',

  recognise: ({ text }) =>
    text.startsWith('{') && /"threads"\s*:\s*\[/u.test(text) && (text.includes('"vposMs"') || text.includes('"fork"'))
      ? 1
      : 0,

  open(input) {
    const scanner = new JsonScanner(WANTED);
    let threads: unknown;
    return {
      push(piece) {
        for (const part of scanner.push(piece)) if (part.kind === 'member') ({ threads } = fieldsOf(part.value));
      },
      end(out) {
        scanner.end();
        if (!Array.isArray(threads)) {
          throw new ImportError(
            'The JSON has no list "threads" in its "data", or one over 32 MB: niconico did not write it',
          );
        }
        for (const message of messagesOf(threads, input)) out.push(message);
      },
    };
  },
};

function messagesOf(threads: readonly unknown[], input: ImportInput): ChatMessage[] {
  const comments = threads.flatMap((thread, index) => commentsOf(fieldsOf(thread), index + 1, input));
  comments.sort((a, b) => a.ms - b.ms);
  return comments.map((comment) => messageOf(comment, input)).filter((message) => message !== undefined);
}

function commentsOf(thread: Fields, number: number, { notes }: ImportInput): Comment[] {
  const isOwner = thread['fork'] === 'owner';
  return listOf(thread['comments']).flatMap((value, index) => {
    const fields = fieldsOf(value);
    const where = `comment ${index + 1} of thread ${number}`;
    const ms = numberOf(fields['vposMs']);
    if (ms === undefined) notes.skip(where, 'it has no time (no vposMs)');
    return ms === undefined ? [] : [{ fields, where, ms: Math.round(ms), isOwner }];
  });
}

/** Comments of the uploader are captions of the video and no reactions. */
function messageOf({ fields, where, ms, isOwner }: Comment, { notes, emotes }: ImportInput): ChatMessage | undefined {
  const kind = isOwner ? 'notice' : 'chat';
  const offsetMs = notes.place(ms, kind, where);
  if (offsetMs === undefined) return undefined;
  const at = utcOfIso(textOf(fields['postedAt']) ?? '');
  const text = textOf(fields['body']) ?? '';
  emotes.addText(text);
  const author = textOf(fields['userId']) ?? '';
  return { offsetMs, ...(at === undefined ? {} : { at }), author, text, emotes: emotes.take(), kind };
}
