import type { FileHead } from '../../reading/format.ts';
import { itemFormat } from '../../reading/json/item-format.ts';
import { fieldsOf } from '../../reading/records/json-fields.ts';
import { Recording, isTwitchComment, readTwitchComment } from '../../reading/twitch-comment.ts';

/**
 * Comments of a Twitch recording as the API answers them: pages `{comments, _next}` of v5, edges and nodes of GraphQL,
 * or a list of either.
 */
export const twitchCommentPages = itemFormat({
  name: 'twitch-comment-pages',
  title: 'Twitch comments, as the API answers them',
  itemName: 'comment',
  isItem: (value) => isTwitchComment(fieldsOf(value)),
  isFile: (head, { path }) => path.join('.') !== 'comments' || isPage(head),

  open(input) {
    const recording = new Recording();
    return {
      item(value, where, out) {
        const message = readTwitchComment(fieldsOf(value), where, input, recording);
        if (message) out.push(message);
      },
    };
  },
});

/** One object with the list "comments" is what TwitchDownloader writes, unless it has a cursor as a page has. */
function isPage({ text, json: [first, second] }: FileHead): boolean {
  const root = fieldsOf(first);
  if ('FileInfo' in root || 'video' in root) return false;
  // The first page may be longer than the head. Only the API has the field `more_replies`.
  return second !== undefined || '_next' in root || '_prev' in root || /"more_replies"\s*:/u.test(text);
}
