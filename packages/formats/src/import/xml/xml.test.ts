import { describe, expect, it } from 'vitest';
import { importBytes, refusal } from '../../../test/import-bytes.ts';

describe('XML', () => {
  it('of one kind of element counts those with a text, and takes the author from them', async () => {
    const { messages, report } = await importBytes(
      '<?xml version="1.0"?><recording><event timestamp="1000" eventname="Join"><name>Ada</name></event>' +
        '<event timestamp="66000" eventname="Chat"><sender>Ada</sender><message>hi</message></event>' +
        '<event timestamp="81000" eventname="Chat"><sender>Bo</sender><message>ho</message></event></recording>',
      { unit: 'ms' },
    );
    expect(messages.map(({ offsetMs, author, text }) => [offsetMs, author, text])).toEqual([
      [66_000, 'Ada', 'hi'],
      [81_000, 'Bo', 'ho'],
    ]);
    expect(report.skipped).toBe(0);
  });

  it('of Bilibili is sorted, with ids and what recorders add', async () => {
    const { messages, report } = await importBytes(
      '<?xml version="1.0" encoding="UTF-8"?><i><chatid>1</chatid><d p="13.331,1,25,1,1714586500,0,aa,21">two &amp; more</d>' +
        '<d p="13.213,1,25,1,1714586400,0,bb,22" user="Ada" uid="7">one</d><d p="13.213,1,25,1,1714586400,0,bb,22" user="Ada">one</d>' +
        '<sc ts="20.5" user="Bo" uid="8" price="30">thanks</sc><gift ts="21" user="Cy" giftname="rose"/><d p="x">lost</d></i>',
      { size: 7 },
    );
    expect(
      messages.map(({ offsetMs, author, authorId, text, kind }) => [offsetMs, author, authorId, text, kind]),
    ).toEqual([
      [13_213, 'Ada', '7', 'one', 'chat'],
      [13_331, '', 'aa', 'two & more', 'chat'],
      [20_500, 'Bo', '8', 'thanks', 'chat'],
      [21_000, 'Cy', undefined, '', 'notice'],
    ]);
    expect(messages[0]?.at).toBe(Date.parse('2024-05-01T18:00:00Z'));
    expect(report).toMatchObject({ format: 'bilibili-xml', repeated: 1, skipped: 1 });
    expect(report.skips[0]).toEqual({ where: 'line 1', reason: 'it has no time (its p does not begin with seconds)' });
  });

  it('has a day and a time of day in two attributes', async () => {
    const { messages } = await importBytes(
      '<log><m date="2024-05-01" time="18:00:05" user="Ada">hi</m><m date="2024-05-03" time="18:00:05" user="Bo">ho</m></log>',
    );
    expect(messages.map(({ offsetMs }) => offsetMs)).toEqual([0, 172_800_000]);
  });

  it('has the text in an attribute of an empty element', async () => {
    const { messages } = await importBytes(
      '<?xml version="1.0"?><popcorn><chattimeline in="65" name="Ada" message="hi"/><chattimeline in="80" name="Bo" message="ho"/></popcorn>',
    );
    expect(messages.map(({ offsetMs, author, text }) => [offsetMs, author, text])).toEqual([
      [65_000, 'Ada', 'hi'],
      [80_000, 'Bo', 'ho'],
    ]);
  });

  it('of niconico is sorted by hundredths of a second', async () => {
    const { messages, report } = await importBytes(
      '<?xml version="1.0"?>\n<packet><thread thread="1" />\n<chat thread="1" no="2" vpos="55658" date="1714586426" user_id="a">late</chat>\n' +
        '<chat thread="1" no="1" vpos="41534" premium="3" user_id="b">caption</chat>\n<chat thread="1" no="3" vpos="60000" deleted="1"/></packet>',
    );
    expect(messages.map(({ offsetMs, text, kind, deleted }) => [offsetMs, text, kind, deleted])).toEqual([
      [415_340, 'caption', 'notice', undefined],
      [556_580, 'late', 'chat', undefined],
      [600_000, '', 'chat', true],
    ]);
    expect(report.format).toBe('niconico-xml');
  });

  it.each([
    [
      'attributes',
      '<log><m time="0:00:05" user="ada">hi &lt;3</m><m time="0:00:07" user="bo"><![CDATA[<b>]]></m></log>',
    ],
    [
      'elements',
      '<log>\n<m><time>0:00:05</time><user>ada</user><text>hi &lt;3</text></m>\n<m><time>0:00:07</time><user>bo</user><text>&#60;b&#62;</text></m></log>',
    ],
  ])('of any tool has time, user and text as %s', async (_, text) => {
    const { messages, report } = await importBytes(text, { size: 3 });
    expect(messages.map(({ offsetMs, author, text: words }) => [offsetMs, author, words])).toEqual([
      [5_000, 'ada', 'hi <3'],
      [7_000, 'bo', '<b>'],
    ]);
    expect(report.format).toBe('generic-xml');
  });

  it('expands no entities of a DTD', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "${'&a;'.repeat(1_000)}">]>`;
    const { messages, report } = await importBytes(
      `${bomb}<log><m time="5" user="ada">&b;</m><m time="7" user="bo">x</m></log>`,
    );
    expect(messages.map(({ text }) => text)).toEqual(['&b;', 'x']);
    expect(report.skips[0]?.reason).toMatch(/^it is not well-formed XML/u);
  });

  it('that was cut off is noted, and that of no chat is refused', async () => {
    const { report } = await importBytes('<i>\n<d p="1.5,1,25,1,0,0,a,1">hi</d>\n<d p="2.5,1,25,1,0,0');
    expect(report).toMatchObject({
      messages: 1,
      skips: [{ where: 'line 3', reason: 'the XML ends in the middle of an element: the file was cut off' }],
    });
    expect(await refusal('<?xml version="1.0"?><rss><channel/></rss>')).toMatch(
      /^Line 1 begins XML whose elements \("rss"/u,
    );
    expect(await refusal('<?xml version="1.0"?><!DOCTYPE html><html><body/></html>')).toMatch(
      /^The file is a web page/u,
    );
    expect(await refusal(`${'<a>'.repeat(100)}</a>`)).toMatch(/no time beside a text that can be read/u);
  });
});
