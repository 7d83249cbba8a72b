import { draftFormat, unixOf } from '../../reading/json/draft-format.ts';
import { textOfEntities } from '../../reading/json/html-text.ts';
import type { TextPart } from '../../reading/json/text-part.ts';
import { fieldsOf, idOf, textOf } from '../../reading/records/json-fields.ts';

/** Subtypes that a member or a program wrote. Others tell who joined, what was renamed and the like. */
const SAID = new Set(['bot_message', 'me_message', 'thread_broadcast', 'file_share']);

/** An export of Slack, a list for each day, or an answer of its API, which has the newest message first. */
export const slackJson = draftFormat({
  name: 'slack-json',
  title: 'export of Slack',
  isItem: (item) => item['type'] === 'message' && /^\d{9,11}\.\d{4,6}$/u.test(textOf(item['ts']) ?? ''),
  timeOf: (item) => unixOf(item['ts']),

  meaningOf(item) {
    const subtype = textOf(item['subtype']);
    if (subtype !== undefined && !SAID.has(subtype)) return undefined;
    const profile = fieldsOf(item['user_profile']);
    const names = [profile['display_name'], profile['real_name'], item['username'], item['user']].map(textOf);
    const draft = {
      at: unixOf(item['ts']),
      id: `${idOf(item['user'] ?? item['bot_id']) ?? ''}:${textOf(item['ts']) ?? ''}`,
      author: names.find(Boolean) ?? '',
      authorId: idOf(item['user'] ?? item['bot_id']),
      parts: partsOf(textOf(item['text']) ?? ''),
      bot: subtype === 'bot_message',
    };
    return { kind: 'message', draft };
  },
});

/** Links and mentions stand in angle brackets. An emoji is written as its name: `:fire:`. */
function partsOf(text: string): TextPart[] {
  const plain = text.replaceAll(
    /<([@#!]?)([^<>|]{1,2000})(?:\|([^<>]{0,2000}))?>/gu,
    (_, sign: string, to: string, label?: string) =>
      sign === '' ? (label ?? to) : `${sign === '#' ? '#' : '@'}${label ?? to}`,
  );
  return textOfEntities(plain)
    .split(/((?<!\w):[a-z_+-][a-z0-9_+'-]{0,60}:(?![\w]))/u)
    .map((piece, index) => (index % 2 === 0 ? piece : { key: `custom:slack:${piece.slice(1, -1)}`, name: piece }));
}
