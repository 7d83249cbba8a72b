import { describe, expect, it } from 'vitest';
import { chatJson, comment, importBytes, piecesOf } from '../../test/import-bytes.ts';
import { ImportError, readEmbeddedEmotes, readEmoteList } from '../index.ts';

const BTTV_ID = '5f1b0186cf6d2144653d2970';
const STV_ID = '01F6MKTFTG0009C9ZSNZTFV2ZF';

describe('third-party emote lists', () => {
  it.each([
    [
      'BTTV of a user',
      { id: 'u', channelEmotes: [{ id: BTTV_ID, code: 'catJAM', imageType: 'gif' }], sharedEmotes: [] },
    ],
    ['BTTV, shared', { channelEmotes: [], sharedEmotes: [{ id: BTTV_ID, code: 'catJAM', animated: true, user: {} }] }],
    ['BTTV, all', [{ id: BTTV_ID, code: 'catJAM', imageType: 'gif', userId: 'u' }]],
  ])('read %s', (_, json) => {
    expect([...readEmoteList(json)]).toEqual([
      ['catJAM', { key: `bttv:${BTTV_ID}`, name: 'catJAM', provider: 'bttv', flags: ['animated'] }],
    ]);
  });

  it('read FFZ, native and from BTTV', () => {
    const wanted = { key: 'ffz:128054', name: 'OMEGALUL', provider: 'ffz', flags: [] };
    const native = { room: {}, sets: { 3: { emoticons: [{ id: 128_054, name: 'OMEGALUL', urls: { 1: '//a' } }] } } };
    const viaBttv = [
      { id: 128_054, user: {}, code: 'OMEGALUL', images: { '1x': 'a' }, imageType: 'png', animated: false },
    ];
    for (const json of [native, viaBttv]) expect(readEmoteList(json).get('OMEGALUL')).toEqual(wanted);
  });

  it('read 7TV with its flags, under the name that the channel gave', () => {
    const data = { id: STV_ID, name: 'Original', flags: (1 << 8) | (1 << 17) | (1 << 24), animated: true };
    const emotes = [
      { id: STV_ID, name: 'Renamed', flags: 0, data },
      { id: '60a1', name: 'Over', flags: 1, data: { flags: 0 } },
    ];
    for (const json of [{ emote_set: { emotes } }, { emotes }, emotes]) {
      expect([...readEmoteList(json).values()]).toEqual([
        {
          key: `7tv:${STV_ID}`,
          name: 'Renamed',
          provider: '7tv',
          flags: ['zero-width', 'flashing', 'not-on-twitch', 'animated'],
        },
        { key: '7tv:60a1', name: 'Over', provider: '7tv', flags: ['zero-width'] },
      ]);
    }
  });

  it('read PeerTube with the colons that people type', () => {
    const entry = { key: 'custom:peertube:wave', name: ':wave:', provider: 'custom', flags: [] };
    expect([...readEmoteList([{ sn: ':wave:', url: 'data:image/png;base64,' }]).values()]).toEqual([entry]);
  });

  it('pass over entries without id or with a name of several words, and keep the first of equal names', () => {
    const json = [
      { id: 'a1', code: 'x' },
      { id: 'a2', code: 'x' },
      { code: 'y' },
      { id: 'a3', code: 'two words' },
      null,
      5,
    ];
    expect([...readEmoteList(json).values()].map(({ key }) => key)).toEqual(['bttv:a1']);
  });

  it.each([[{ data: [] }], ['text'], [null], [[{ foo: 1 }]]])('refuse %j with a sentence', (json) => {
    expect(() => readEmoteList(json)).toThrow(ImportError);
  });

  it('may be empty', () => {
    expect(readEmoteList({ channelEmotes: [], sharedEmotes: [] }).size).toBe(0);
  });
});

describe('listed emotes', () => {
  it('are counted where they stand as words', async () => {
    const emotes = readEmoteList([{ id: BTTV_ID, code: 'catJAM' }]);
    const { messages } = await importBytes('[0:00:01] <ada> catJAM catJAM! xcatJAM catJAM 🔥\n', { emotes });
    expect(messages[0]?.emotes).toEqual([
      { key: 'unicode:1f525', name: '🔥', count: 1 },
      { key: `bttv:${BTTV_ID}`, name: 'catJAM', count: 2 },
    ]);
  });
});

describe('emotes that TwitchDownloader embeds', () => {
  const thirdParty = [
    { id: BTTV_ID, imageScale: 2, data: 'A'.repeat(5_000), name: 'catJAM', url: null, width: 56, height: 56 },
    { id: STV_ID, imageScale: 2, data: `\\"}]${'B'.repeat(1_200_000)}`, name: 'TooLarge' },
    { id: '128054', imageScale: 2, data: '', name: 'OMEGALUL' },
    { id: 'x', data: '', name: 'Hat', url: 'https://cdn.7tv.app/emote/x/2x', isZeroWidth: true },
  ];
  const file = JSON.stringify({
    comments: [comment(1, 'catJAM OMEGALUL')],
    thirdParty: [{ id: 'no', name: 'no' }],
    embeddedData: { firstParty: [{ id: '25', data: '', name: 'Kappa' }], thirdParty, twitchBits: [] },
    more: 1,
  });
  const sourceOf = (text: string) => piecesOf(new TextEncoder().encode(text), 10_000);

  it('are found behind the comments, without keeping pictures', async () => {
    const found = await readEmbeddedEmotes(sourceOf(file));
    expect([...found.values()].map(({ key, flags }) => [key, ...flags])).toEqual([
      [`bttv:${BTTV_ID}`],
      ['ffz:128054'],
      ['7tv:x', 'zero-width'],
    ]);
    const { messages } = await importBytes(file, { emotes: found });
    expect(messages[0]?.emotes.map(({ name }) => name)).toEqual(['catJAM', 'OMEGALUL']);
  });

  it('are found in the early layout, and none in other or damaged files', async () => {
    const early = JSON.stringify({ comments: [], emotes: { thirdParty } });
    expect((await readEmbeddedEmotes(sourceOf(early))).size).toBe(3);
    expect((await readEmbeddedEmotes(sourceOf(chatJson([comment(1, 'x')])))).size).toBe(0);
    expect((await readEmbeddedEmotes(sourceOf('[0:00:01] <ada> hi\n'))).size).toBe(0);
    expect((await readEmbeddedEmotes(sourceOf(file.slice(0, -100)))).size).toBe(2);
  });
});
