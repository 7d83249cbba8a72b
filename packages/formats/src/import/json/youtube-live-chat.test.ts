import { describe, expect, it } from 'vitest';
import { importBytes } from '../../../test/import-bytes.ts';

type Json = Record<string, unknown>;

const text = (id: string, words: string, more: Json = {}) => ({
  id,
  authorName: { simpleText: `@${id[0]}` },
  authorExternalChannelId: `UC${id[0]}`,
  timestampUsec: '1466380280000000',
  message: { runs: [{ text: words }] },
  ...more,
});
const add = (renderer: Json, name = 'liveChatTextMessageRenderer') => ({
  addChatItemAction: { item: { [name]: renderer } },
});
const replay = (ms: unknown, ...actions: Json[]) => ({ replayChatItemAction: { actions, videoOffsetTimeMsec: ms } });

async function read(...lines: Json[]) {
  return importBytes(lines.map((line) => JSON.stringify(line)).join('\n'));
}

describe('live_chat.json of yt-dlp', () => {
  it('reads both shapes: the offset inside of the action, and beside it', async () => {
    const live = {
      replayChatItemAction: { actions: [add(text('b1', 'live'))] },
      videoOffsetTimeMsec: '81000',
      isLive: true,
    };
    const { messages } = await read(replay('80000', add(text('a1', 'replay'))), live);
    expect(messages).toEqual([
      {
        offsetMs: 80_000,
        at: 1_466_380_280_000,
        id: 'a1',
        authorId: 'UCa',
        author: '@a',
        text: 'replay',
        emotes: [],
        kind: 'chat',
      },
      {
        offsetMs: 81_000,
        at: 1_466_380_280_000,
        id: 'b1',
        authorId: 'UCb',
        author: '@b',
        text: 'live',
        emotes: [],
        kind: 'chat',
      },
    ]);
  });

  it('takes channel emotes and emoji from runs', async () => {
    const runs = [
      { text: 'go ' },
      { emoji: { emojiId: 'UC7/x1', isCustomEmoji: true, shortcuts: [':hype:', ':h:'] } },
      { emoji: { emojiId: '🔥', shortcuts: [':fire:'] } },
    ];
    const { messages } = await read(replay('1', add(text('a1', '', { message: { runs } }))));
    expect(messages[0]).toMatchObject({
      text: 'go :hype:🔥',
      emotes: [
        { key: 'custom:UC7:x1', name: ':hype:', count: 1 },
        { key: 'unicode:1f525', name: '🔥', count: 1 },
      ],
    });
  });

  it('counts a paid message once, although the ticker repeats it', async () => {
    const ticker = { addLiveChatTickerItemAction: { item: { liveChatTickerPaidMessageItemRenderer: { id: 'a1' } } } };
    const { messages } = await read(replay('1', add(text('a1', 'wow'), 'liveChatPaidMessageRenderer'), ticker));
    expect(messages.map(({ kind }) => kind)).toEqual(['chat']);
  });

  it('keeps memberships apart as notices and leaves placeholders out', async () => {
    const { messages } = await read(
      replay('1', add(text('a1', 'joined'), 'liveChatMembershipItemRenderer')),
      replay('2', add({ id: 'p1' }, 'liveChatPlaceholderItemRenderer')),
    );
    expect(messages.map(({ kind }) => kind)).toEqual(['notice']);
  });

  it('puts a replacement in the place of its message, or of a placeholder', async () => {
    const swap = (target: string, words: string) => ({
      replaceChatItemAction: {
        targetItemId: target,
        replacementItem: { liveChatTextMessageRenderer: text('a9', words) },
      },
    });
    const { messages, report } = await read(
      replay('1000', add(text('a1', 'first'))),
      replay('2000', add({ id: 'p1' }, 'liveChatPlaceholderItemRenderer')),
      replay('3000', swap('a1', 'edited'), swap('p1', 'let through')),
    );
    expect(messages.map((one) => [one.offsetMs, one.text])).toEqual([
      [1_000, 'edited'],
      [3_000, 'let through'],
    ]);
    expect(report.messages).toBe(2);
  });

  it('flags deleted messages and those of a banned author, before the ban only', async () => {
    const { messages, report } = await read(
      replay('0', add(text('a1', 'one')), add(text('b1', 'two')), add(text('b2', 'three'))),
      replay('5', { markChatItemAsDeletedAction: { targetItemId: 'a1' } }),
      replay('6', { markChatItemsByAuthorAsDeletedAction: { externalChannelId: 'UCb' } }),
      replay('7', add(text('b3', 'four'))),
    );
    expect(messages.map((one) => one.deleted === true)).toEqual([true, true, true, false]);
    expect(report).toMatchObject({ messages: 4, deleted: 3 });
  });

  it('keeps the waiting room before zero and names lines that are none', async () => {
    const { messages, report } = await read(
      replay('0', add(text('a1', 'early', { timestampText: { simpleText: '-12:00' } }))),
      replay('0', add(text('a2', 'start', { timestampText: { simpleText: '0:00' } }))),
      replay(null, add(text('a3', 'no time'))),
      { replayChatItemAction: {} },
    );
    expect(messages.map((one) => [one.offsetMs, one.text])).toEqual([
      [-720_000, 'early'],
      [0, 'start'],
    ]);
    expect(report).toMatchObject({ early: 1, firstMs: -720_000 });
    expect(report.skips).toEqual([
      { where: 'line 3', reason: 'it has no time (no videoOffsetTimeMsec)' },
      { where: 'line 4', reason: 'it has no replayChatItemAction with actions' },
    ]);
  });
});
