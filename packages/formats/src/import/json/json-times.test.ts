import { describe, expect, it } from 'vitest';
import { comment, importBytes, refusal } from '../../../test/import-bytes.ts';

const AT = Date.parse('2024-05-01T18:00:00Z');
const iso = (ms: number) => new Date(AT + ms).toISOString();
const rows = (field: string, values: readonly unknown[], more: (index: number) => object = () => ({})) =>
  JSON.stringify(values.map((value, index) => ({ [field]: value, user: 'ada', text: `hi ${index}`, ...more(index) })));
const offsets = async (text: string, options: Parameters<typeof importBytes>[1] = {}) =>
  (await importBytes(text, options)).messages.map(({ offsetMs }) => offsetMs);

describe('negative times of JSON', () => {
  it('keeps negative times of JSON', async () => {
    expect(await offsets(JSON.stringify([comment(-30.25, 'soon'), comment(1, 'now')]))).toEqual([-30_250, 1_000]);
    expect(await offsets(rows('elapsedTime', ['-0:15', '0:03']))).toEqual([-15_000, 3_000]);
    expect(await offsets(rows('time_in_seconds', [-2, 3]))).toEqual([-2_000, 3_000]);
    const { report } = await importBytes(rows('offset_ms', [-2_500, 3_000]));
    expect(report.early).toBe(1);
  });
});

describe('a day beside a time of day', () => {
  it('belongs to the time', async () => {
    const on = (date: string, time: string) => ({ date, time, user: 'ada', message: 'hi' });
    const days = await importBytes(JSON.stringify([on('2024-05-01', '18:00:05'), on('2024-05-02', '18:00:05')]));
    expect(days.messages.map(({ offsetMs }) => offsetMs)).toEqual([0, 86_400_000]);
    const early = await importBytes(JSON.stringify([on('2024-05-01', '01:00:05'), on('2024-05-02', '01:00:05')]));
    expect(early.messages.map(({ offsetMs }) => offsetMs)).toEqual([0, 86_400_000]);
    const stream = await importBytes(JSON.stringify([on('2024-05-01', '0:00:05'), on('2024-05-01', '0:01:05')]));
    expect(stream.messages.map(({ offsetMs }) => offsetMs)).toEqual([5_000, 65_000]);
  });
});

describe('the unit of numbers', () => {
  it('of labelled sets is the second, unless the numbers or the user say otherwise', async () => {
    const lines = (...times: number[]) => times.map((t) => JSON.stringify({ t, u: 'ada', m: 'hi' })).join('\n');
    const seconds = await importBytes(lines(1.5, 60));
    expect(seconds.messages.map(({ offsetMs }) => offsetMs)).toEqual([1_500, 60_000]);
    expect(seconds.report.clock).toContain('the times in "t" are seconds, as labelled sets have');
    const milliseconds = await importBytes(lines(1_500, 60_000), { unit: 'ms' });
    expect(milliseconds.messages.map(({ offsetMs }) => offsetMs)).toEqual([1_500, 60_000]);
    const unix = await importBytes(lines(1_714_579_205, 1_714_579_211));
    expect(unix.messages.map(({ offsetMs }) => offsetMs)).toEqual([0, 6_000]);
  });

  it.each([
    ['by the name', { offsetMs: [1_500, 2_000] }, [1_500, 2_000], 'milliseconds, by its name'],
    ['by the size', { timestamp: [1_714_586_400, 1_714_586_402] }, [0, 2_000], 'Unix seconds, by their size'],
    ['by the size', { ts: [1_714_586_400_000, 1_714_586_400_500] }, [0, 500], 'Unix milliseconds, by their size'],
    ['by a fraction', { time: [1.5, 2] }, [1_500, 2_000], 'seconds, as they have fractions'],
    ['of a slow chat', { time: [12, 1_500, 3_600] }, [12_000, 1_500_000, 3_600_000], 'seconds, the only unit'],
    ['of a quick one', { offset: [1_500, 91_000, 91_020] }, [1_500, 91_000, 91_020], 'milliseconds, the only unit'],
  ])('is known %s: %o', async (_, numbers, wanted, why) => {
    const [[field, values] = ['', []]] = Object.entries(numbers);
    const { messages, report } = await importBytes(rows(field, values));
    expect(messages.map(({ offsetMs }) => offsetMs)).toEqual(wanted);
    expect(report.clock).toContain(why);
  });

  it('is known by the dates beside the numbers', async () => {
    const text = rows('offset', [0, 2_000, 4_000], (index) => ({ createdAt: iso(index * 2_000) }));
    expect(await offsets(text)).toEqual([0, 2_000, 4_000]);
  });

  it('is asked for when two units are possible, and taken when it is told', async () => {
    const busy = rows(
      'offset',
      Array.from({ length: 2_000 }, (_, index) => index * 120),
    );
    const sentence = await refusal(busy);
    expect(sentence).toBe(
      'The numbers in "offset" may be seconds or milliseconds, and nothing in the file tells which: say it with --unit s, --unit ms or --unit us',
    );
    expect((await offsets(busy, { unit: 'ms' })).at(-1)).toBe(1_999 * 120);
    expect((await offsets(busy, { unit: 's' })).at(-1)).toBe(1_999 * 120_000);
    expect(await refusal(rows('offset', [1_000, 2_000, 3_000]))).toContain('--unit');
  });

  it('does not matter for a field that never changes, when another one does', async () => {
    const text = rows('createTime', ['0', '0', '0'], (index) => ({ received_at: iso(index * 1_000) }));
    expect(await offsets(text)).toEqual([0, 1_000, 2_000]);
  });
});

describe('clocks of JSON', () => {
  it('are counted from the start that is given', async () => {
    expect(await offsets(rows('timestamp', [iso(5_000), iso(7_000)]), { start: AT })).toEqual([5_000, 7_000]);
  });

  it('prefer the place in the stream to the wall clock', async () => {
    expect(await offsets(rows('timestamp', [iso(0)], () => ({ time: '0:01:05' })))).toEqual([65_000]);
  });

  it('go on past midnight when they are times of day', async () => {
    const { messages, report } = await importBytes(rows('time', ['23:59:58', '00:00:03']));
    expect(messages.map(({ offsetMs }) => offsetMs)).toEqual([0, 5_000]);
    expect(report.clock).toContain('time of day');
  });
});

describe('newest first', () => {
  const back = [4_000, 2_000, 0];

  it('is turned round, and the report says so', async () => {
    const { messages, report } = await importBytes(rows('timestamp', back.map(iso)));
    expect(messages.map(({ offsetMs, text }) => [offsetMs, text])).toEqual([
      [0, 'hi 2'],
      [2_000, 'hi 1'],
      [4_000, 'hi 0'],
    ]);
    expect(report.clock).toContain('the file has the newest message first, and it was turned round');
  });

  it('is sorted when each page is turned round but the pages are not', async () => {
    const page = (first: number) => ({
      messages: Array.from({ length: 9 }, (_, index) => ({ timestamp: iso((first - index) * 1_000), text: 'hi' })),
    });
    const text = [page(8), page(17), page(26)].map((one) => JSON.stringify(one)).join('\n');
    expect(await offsets(text)).toEqual(Array.from({ length: 27 }, (_, index) => index * 1_000));
  });

  it('is refused when there is too much to hold', async () => {
    const one = rows('timestamp', [iso(4_000), iso(2_000)]);
    const huge = `${one.slice(0, -1)},"${'x'.repeat(900_000)}"${`,"${'x'.repeat(900_000)}"`.repeat(40)}]`;
    expect(await refusal(huge)).toBe(
      'The file has the newest message first and more than 33 million characters, too many to turn it round: sort it by time, oldest message first',
    );
  });

  it('is no disorder of a few messages', async () => {
    const { report } = await importBytes(rows('timestamp', [0, 3_000, 2_000, 4_000, 5_000].map(iso)));
    expect(report).toMatchObject({ messages: 5, outOfOrder: 1 });
  });
});
