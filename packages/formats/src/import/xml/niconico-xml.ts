import { numberOf } from '../../reading/records/json-fields.ts';
import { wallTime } from '../../reading/utc.ts';
import { xmlFormat } from '../../reading/xml/xml-format.ts';

/** Comments of niconico as its older API gave them: `<chat vpos="1/100 s" date="unixseconds" user_id="…">text</chat>`. */
export const niconicoXml = xmlFormat({
  name: 'niconico-xml',
  title: 'niconico comments as XML',
  isMessage: ({ name, attributes }) => name === 'chat' && attributes['vpos'] !== undefined,
  read({ name, attributes, text }) {
    if (name !== 'chat') return 'none';
    const vpos = numberOf(attributes['vpos']);
    if (vpos === undefined) return { problem: 'it has no time (no vpos)' };
    const seconds = numberOf(attributes['date']);
    const { thread = '', no } = attributes;
    return {
      ms: vpos * 10,
      at: seconds === undefined ? undefined : wallTime(seconds * 1000),
      id: no === undefined ? undefined : `${thread}/${attributes['fork'] ?? ''}/${no}`,
      author: attributes['name'] ?? attributes['user_id'] ?? '',
      authorId: attributes['user_id'],
      text,
      // Comments of the uploader and of the operator of a broadcast are captions and no reactions.
      kind: attributes['fork'] === '1' || attributes['premium'] === '3' ? 'notice' : 'chat',
      deleted: attributes['deleted'] === '1',
    };
  },
});
