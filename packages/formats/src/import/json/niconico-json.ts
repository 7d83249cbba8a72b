import type { ChatMessage } from '../../reading/chat.ts';
import type { ImportInput } from '../../reading/format.ts';
import { checkHeldLength } from '../../reading/json/held-items.ts';
import { itemFormat } from '../../reading/json/item-format.ts';
import { type Fields, fieldsOf, idOf, listOf, numberOf, textOf } from '../../reading/records/json-fields.ts';
import { JSON_PAGE_MAX_LENGTH } from '../../reading/records/json-scanner.ts';
import { utcOfIso, wallTime } from '../../reading/utc.ts';

/** `vpos` of the old API counts hundredths of a second. */
const MS_PER_VPOS = 10;

interface Comment {
  readonly fields: Fields;
  readonly where: string;
  readonly ms: number;
  readonly isOwner: boolean;
}

/**
 * Niconico's comments: threads of the API (`data.threads[].comments[]`), a plain list of them as yt-dlp writes it, or
 * the `chat` objects of the old API. They are collected over days from several threads, so they are sorted by time.
 */
export const niconicoJson = itemFormat({
  name: 'niconico-json',
  title: 'niconico comments',
  itemName: 'comment',
  maxLength: JSON_PAGE_MAX_LENGTH,
  isItem: (value) => isThread(fieldsOf(value)) || isComment(fieldsOf(value)),

  open(input) {
    const comments: Comment[] = [];
    let threads = 0;
    let length = 0;
    return {
      item(value, where) {
        const fields = fieldsOf(value);
        if (isThread(fields)) {
          threads += 1;
          comments.push(...commentsOf(fields, threads, input));
        } else comments.push(...commentOf(fields, { where, isOwner: false }, input));
        // About the length of a comment: all of them are kept.
        length = comments.length * COMMENT_LENGTH;
        checkHeldLength(length);
      },
      end(out) {
        comments.sort((a, b) => a.ms - b.ms);
        for (const comment of comments.splice(0)) {
          const message = messageOf(comment, input);
          if (message) out.push(message);
        }
      },
    };
  },
});

const COMMENT_LENGTH = 350;

function isThread(fields: Fields): boolean {
  return Array.isArray(fields['comments']) && ('fork' in fields || 'commentCount' in fields);
}

function isComment(fields: Fields): boolean {
  const chat = fieldsOf(fields['chat']);
  return ('vposMs' in fields && 'body' in fields) || ('vpos' in chat && ('content' in chat || 'no' in chat));
}

function commentsOf(thread: Fields, number: number, input: ImportInput): Comment[] {
  const isOwner = thread['fork'] === 'owner';
  return listOf(thread['comments']).flatMap((value, index) =>
    commentOf(fieldsOf(value), { where: `comment ${index + 1} of thread ${number}`, isOwner }, input),
  );
}

function commentOf(
  fields: Fields,
  { where, isOwner }: Pick<Comment, 'where' | 'isOwner'>,
  { notes }: ImportInput,
): Comment[] {
  const { chat } = fields;
  if (chat !== undefined) return oldComment(fieldsOf(chat), where);
  // Answers of the old API have other objects between the comments.
  if ('ping' in fields || 'thread' in fields || 'leaf' in fields) return [];
  const ms = numberOf(fields['vposMs']);
  if (ms === undefined) notes.skip(where, 'it has no time (no vposMs)');
  return ms === undefined ? [] : [{ fields, where, ms: Math.round(ms), isOwner }];
}

/** A comment of the old API, with the names of the present one. A deleted comment has no content. */
function oldComment(chat: Fields, where: string): Comment[] {
  const vpos = numberOf(chat['vpos']);
  if (vpos === undefined || !('content' in chat)) return [];
  const seconds = numberOf(chat['date']);
  const number = idOf(chat['no']);
  const fields = {
    id: number === undefined ? undefined : `${idOf(chat['thread']) ?? ''}:${number}`,
    body: chat['content'],
    userId: chat['user_id'],
    at: seconds === undefined ? undefined : seconds * 1_000,
  };
  return [{ fields, where, ms: Math.round(vpos * MS_PER_VPOS), isOwner: chat['fork'] === 1 || chat['fork'] === '1' }];
}

/** Comments of the uploader are captions of the video and no reactions. */
function messageOf({ fields, where, ms, isOwner }: Comment, { notes, emotes }: ImportInput): ChatMessage | undefined {
  const id = idOf(fields['id']);
  if (id && notes.isRepeat(id)) return undefined;
  const kind = isOwner ? 'notice' : 'chat';
  const offsetMs = notes.place(ms, kind, where);
  if (offsetMs === undefined) return undefined;
  const at = wallTime(numberOf(fields['at'])) ?? utcOfIso(textOf(fields['postedAt']) ?? '');
  const text = textOf(fields['body']) ?? '';
  emotes.addText(text);
  const author = textOf(fields['userId']) ?? '';
  const said = { offsetMs, ...(at === undefined ? {} : { at }), ...(id ? { id } : {}), author };
  return { ...said, text, emotes: emotes.take(), kind };
}
