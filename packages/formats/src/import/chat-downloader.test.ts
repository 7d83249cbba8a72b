import { describe, expect, it } from 'vitest';
import { importBytes } from '../../test/import-bytes.ts';

const item = (second: number, message: string, more: Record<string, unknown> = {}) => ({
  action_type: 'add_chat_item',
  author: { id: 'UC1', name: '@ada' },
  message,
  message_id: `m${second}`,
  message_type: 'text_message',
  time_in_seconds: second,
  timestamp: 1_466_380_280_000_000 + second * 1e6,
  ...more,
});

describe('chat-downloader', () => {
  it('gives the same messages from a list, from lines and from CSV', async () => {
    const items = [item(80.5, 'go'), item(81, 'said "yes",\n\nand 🔥')];
    const wanted = [
      { offsetMs: 80_500, author: '@ada', text: 'go', kind: 'chat' },
      { offsetMs: 81_000, author: '@ada', text: 'said "yes",\n\nand 🔥', kind: 'chat' },
    ];
    const list = await importBytes(JSON.stringify(items, null, 1));
    const lines = await importBytes(items.map((one) => JSON.stringify(one)).join('\n'));
    const csv = await importBytes(
      'author.id,author.name,message,message_type,time_in_seconds,timestamp\r\n' +
        'UC1,@ada,go,text_message,80.5,1466380360500000\r\n' +
        'UC1,@ada,"said ""yes"",\n\nand 🔥",text_message,81.0,1466380361000000\r\n',
    );
    for (const { messages } of [list, lines, csv]) expect(messages).toMatchObject(wanted);
    expect([list, lines, csv].map(({ report }) => report.format)).toEqual([
      'chat-downloader-json',
      'chat-downloader-json',
      'chat-downloader-csv',
    ]);
  });

  it('reads text, with the times of recordings and of live chat', async () => {
    const { messages, report } = await importBytes('-0:05 | ada: soon\n1:20 | (Owner, Mod) *$5.00* Bo Li: go: now\n');
    expect(messages.map(({ offsetMs, author, text }) => [offsetMs, author, text])).toEqual([
      [-5_000, 'ada', 'soon'],
      [80_000, 'Bo Li', 'go: now'],
    ]);
    expect(report.format).toBe('chat-downloader-text');
    const live = await importBytes('2024-05-01 18:00:00 | ada: a\n2024-05-01 18:00:03 | ada: b\n');
    expect(live.messages.map(({ offsetMs }) => offsetMs)).toEqual([0, 3_000]);
  });

  it('reads the emotes of recordings, of live Twitch and of YouTube', async () => {
    const { messages } = await importBytes(
      JSON.stringify([
        item(1, 'LUL x LUL', { emotes: [{ id: '425618', name: 'LUL', locations: '0-2,6-8' }] }),
        item(2, '🔥 LUL', { emotes: [{ id: 425618, locations: ['2-4'] }] }),
        item(3, ':hype: :hype:', { emotes: [{ id: 'UC7/x', name: ':hype:', is_custom_emoji: true }] }),
      ]),
    );
    expect(messages.map(({ emotes }) => emotes)).toEqual([
      [{ key: 'twitch:425618', name: 'LUL', count: 2 }],
      [
        { key: 'twitch:425618', name: 'LUL', count: 1 },
        { key: 'unicode:1f525', name: '🔥', count: 1 },
      ],
      [{ key: 'custom:UC7:x', name: ':hype:', count: 2 }],
    ]);
  });

  it('keeps notices apart, and leaves tickers and moderation out', async () => {
    const { messages, report } = await importBytes(
      JSON.stringify([
        item(1, 'five months', { message_type: 'resubscription' }),
        item(2, 'paid', { message_type: 'paid_message' }),
        item(2, 'paid', { message_type: 'ticker_paid_message_item', action_type: 'add_live_chat_ticker_item' }),
        item(3, '', { message_type: 'ban_user', target_author_id: 'UC1' }),
      ]),
    );
    expect(messages.map(({ kind, deleted }) => [kind, deleted])).toEqual([
      ['notice', true],
      ['chat', true],
    ]);
    expect(report.skipped).toBe(0);
  });

  it('takes the wall clock when there is no stream time, and says so when there is neither', async () => {
    const { time_in_seconds: _, ...live } = item(4, 'live');
    const { messages, report } = await importBytes(
      JSON.stringify([
        live,
        { ...live, message_id: 'm5', timestamp: live.timestamp + 2_500_000 },
        { message: 'x', message_type: 'text_message' },
      ]),
    );
    expect(messages.map(({ offsetMs }) => offsetMs)).toEqual([0, 2_500]);
    expect(report.skips[0]).toEqual({
      where: 'item 3',
      reason: 'it has no time (neither time_in_seconds, time_text nor timestamp)',
    });
  });
});
