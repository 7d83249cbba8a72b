import { describe, expect, it } from 'vitest';
import { importBytes, refusal } from '../../../test/import-bytes.ts';

const record = (emote: unknown, second: number) => ({
  emote,
  timestamp: new Date(1_700_000_000_000 + second * 1000).toISOString(),
});

describe('emote records', () => {
  it.each([
    ['a list', (records: unknown[]) => JSON.stringify(records, null, 1)],
    ['lines', (records: unknown[]) => records.map((one) => JSON.stringify(one)).join('\r\n')],
  ])('reads %s', async (_, write) => {
    const { messages, report } = await importBytes(write([record('🔥', 0), record('❤', 1), record('LUL', 2.5)]), {
      size: 5,
    });
    expect(report.format).toBe('emote-records');
    expect(messages.map(({ offsetMs, emotes }) => [offsetMs, emotes[0]?.key])).toEqual([
      [0, 'unicode:1f525'],
      [1000, 'unicode:2764'],
      [2500, 'text:LUL'],
    ]);
  });

  it('takes an empty list for what it is', async () => {
    expect((await importBytes(' [ ]\n')).messages).toEqual([]);
  });

  it('skips wrong records with the sentence of the classic contract', async () => {
    const { report } = await importBytes(JSON.stringify([record('🔥', 0), record(5, 1), { emote: '🔥' }, 7]));
    expect(report.messages).toBe(1);
    expect(report.skips.map(({ where, reason }) => `${where}: ${reason}`)).toEqual([
      'record 2: Emote is required and must be a string',
      'record 3: Timestamp is required and must be an ISO 8601 string',
      'record 4: The body must be a JSON object {emote, timestamp}',
    ]);
  });

  it('refuses a list that is cut off', async () => {
    expect(await refusal(JSON.stringify([record('🔥', 0), record('🔥', 1)]).slice(0, -20))).toContain(
      'in the middle of record 2',
    );
  });
});
