import type { ImportFormat } from '../reading/format.ts';
import { fieldsOf, listOf } from '../reading/records/json-fields.ts';
import { jsonLines } from '../reading/records/json-lines.ts';
import { Recording, readTwitchComment } from '../reading/twitch-comment.ts';

const PAGE = /^\{\s*"(?:comments"\s*:\s*\[|_next"\s*:)/u;

/** Answers of Twitch's comments API (v5), one page `{comments, _next}` on each line. */
export const twitchCommentPages: ImportFormat = {
  name: 'twitch-comment-pages',
  title: 'Twitch comment pages, one API answer a line',

  recognise({ text, lines }) {
    if (!PAGE.test(text)) return 0;
    const isSeveral = lines.length > 1 && lines.every((line) => PAGE.test(line));
    // The first page may be longer than the head. Only the API has the field `more_replies`.
    return isSeveral || /"(?:_next|_prev|more_replies)"\s*:/u.test(text) ? 1 : 0;
  },

  open(input) {
    const recording = new Recording();
    return jsonLines(input, (page, where, out) => {
      const { comments } = fieldsOf(page);
      if (!Array.isArray(comments)) input.notes.skip(where, 'it has no list "comments"');
      listOf(comments).forEach((comment, index) => {
        const place = `comment ${index + 1} of ${where}`;
        const message = readTwitchComment(fieldsOf(comment), place, input, recording);
        if (message) out.push(message);
      });
    });
  },
};
