import { describe, expect, it } from 'vitest';
import { importBytes, refusal } from '../../../test/import-bytes.ts';

async function read(text: string | Uint8Array, options = {}) {
  const { messages, report } = await importBytes(text, options);
  return { rows: messages.map((message) => [message.offsetMs, message.author, message.text]), messages, report };
}

describe('dress of tables', () => {
  const wanted = [
    [500, 'Ada', 'hi'],
    [62_000, 'Bo', 'a;b'],
  ];

  it.each([
    ['semicolons and decimal commas', 'time;user;text\n0,5;Ada;hi\n62,0;Bo;"a;b"\n'],
    ["Excel's hint", 'sep=;\r\ntime;user;text\r\n0,5;Ada;hi\r\n62,0;Bo;"a;b"\r\n'],
    ['lines of old Macs', 'time,user,text\r0.5,Ada,hi\r62,Bo,a;b\r'],
    ['bars', 'time|user|text\n0.5|Ada|hi\n62|Bo|a;b\n'],
    ['UTF-16', new Uint8Array(Buffer.from('\u{FEFF}time\tuser\ttext\r\n0,5\tAda\thi\r\n62\tBo\ta;b\r\n', 'utf16le'))],
    ['spaces before quotes', '"time", "user", "text"\n"0.5", "Ada", "hi"\n"62", "Bo", "a;b"\n'],
    ['German names', 'Zeit;Benutzer;Nachricht\n0,5;Ada;hi\n62;Bo;"a;b"\n'],
    ['Japanese names', '時刻,名前,コメント\n0.5,Ada,hi\n62,Bo,a;b\n'],
    ['French names with accents', 'Heure,Pseudo,Commentaire\n0.5,Ada,hi\n62,Bo,a;b\n'],
    ['names of Instagram exporters', 'Name,Profile ID,Time,Likes,Live Comment\nAda,1,0.5,0,hi\nBo,2,62,0,a;b\n'],
    [
      'texts of Takeout',
      'seconds,user,Live Chat Text\n0.5,Ada,"{""text"":""h""},{""text"":""i""}"\n62,Bo,"{""text"":""a;b""}"\n',
    ],
  ])('is taken off: %s', async (_, table) => {
    const { rows, report } = await read(table);
    expect(rows).toEqual(wanted);
    expect(report).toMatchObject({ format: 'generic-csv', skipped: 0 });
  });

  it('is named where lines are no rows', async () => {
    const { rows, report } = await read('Chat of May\n\ntime,user,text\n1,Ada,hi\n\u{FEFF}time,user,text\n2,Bo,ho\n');
    expect(rows.map(([, author]) => author)).toEqual(['Ada', 'Bo']);
    expect(report.skips).toEqual([
      { where: 'line 1', reason: 'it stands above the names of the columns' },
      { where: 'line 5', reason: 'it names the columns once more' },
    ]);
  });

  it('takes the stream time of two clocks', async () => {
    const { rows, report } = await read(
      'datetime\telapsed\tauthorName\tmessage\n2020-07-10 10:00:00\t-0:30\tAda\thi\n2020-07-10 10:00:31\t0:01\tBo\tho\n',
    );
    expect(rows.map(([offset]) => offset)).toEqual([-30_000, 1_000]);
    expect(report.early).toBe(1);
  });

  it('joins a day and a time of day that stand in two columns', async () => {
    const { rows, report } = await read(
      'Date;Heure;Pseudo;Message\n30/04/2024;23:59:59;Ada;hi\n01/05/2024;00:00:02;Bo;ho\n03/05/2024;00:00:02;Bo;x\n',
    );
    expect(rows.map(([offset]) => offset)).toEqual([0, 3_000, 172_803_000]);
    expect(report.columns).toMatch(/^time in "Date \+ Heure"/u);
  });

  it('leaves out the day of the broadcast beside stream time', async () => {
    const { rows } = await read('Date,Time,User,Text\n2024-05-01,0:00:05,Ada,hi\n2024-05-01,0:01:00,Bo,ho\n');
    expect(rows.map(([offset]) => offset)).toEqual([5_000, 60_000]);
  });

  it('reads days and parts of a day by their many digits, whatever the name of the column', async () => {
    const days = await read('time,user,text\n45413.7500578704,Ada,hi\n45413.7501273148,Bo,ho\n');
    expect(days.rows.map(([offset]) => offset)).toEqual([0, 6_000]);
    const parts = await read('time,user,text\n0.0000578704,Ada,hi\n0.000127315,Bo,ho\n0.0416666667,Bo,x\n');
    expect(parts.rows.map(([offset]) => offset)).toEqual([5_000, 11_000, 3_600_000]);
    const seconds = await read('time,user,text\n45413.75,Ada,hi\n45419.5,Bo,ho\n');
    expect(seconds.rows.map(([offset]) => offset)).toEqual([45_413_750, 45_419_500]);
  });

  it('reads times of day as the first message and after', async () => {
    const { rows } = await read('time,user,text\n23:59:59,Ada,hi\n00:00:02,Bo,ho\n');
    expect(rows.map(([offset]) => offset)).toEqual([0, 3_000]);
  });

  it('reads the days of a spreadsheet', async () => {
    const { messages } = await read('Datum;Nutzer;Nachricht\n45413,75;Ada;hi\n45413,7501157407;Bo;ho\n');
    expect(messages.map(({ offsetMs, at }) => [offsetMs, at])).toEqual([
      [0, Date.parse('2024-05-01T18:00:00Z')],
      [10_000, Date.parse('2024-05-01T18:00:10Z')],
    ]);
  });

  it('without rows or times is refused', async () => {
    expect(await refusal('time,user,text\n')).toMatch(/^The table has no rows/u);
    expect(await refusal('nickname;uniqueId;comment\nAda;a;hi\n')).toMatch(/^Line 1 names no column with times/u);
  });
});

describe('quotes that are not doubled', () => {
  it('are read by the number of columns, and no line is swallowed', async () => {
    const { rows, report } = await read(
      'time,user,colour,text\n1,ada,#fff,"he said "gg" lol"\n2,bo,#fff,"5" monitor"\n3,cy,#fff,"an inch is 1""\n4,dee,#fff,"plain, ""x"""\n5,ed,#fff,"a "b", c"\n',
    );
    expect(rows).toEqual([
      [1_000, 'ada', 'he said "gg" lol'],
      [2_000, 'bo', '5" monitor'],
      [3_000, 'cy', 'an inch is 1"'],
      [4_000, 'dee', 'plain, "x"'],
      [5_000, 'ed', 'a "b", c'],
    ]);
    expect(report.skipped).toBe(0);
  });

  it('that never close lose their own line only', async () => {
    const { rows, report } = await read(
      'time,user,text\n1,ada,"first\nsecond"\n2,bo,"never\n3,cy,x\n4,dee,"y"\n5,ed,z\n',
    );
    expect(rows.map(([, author, text]) => [author, text])).toEqual([
      ['ada', 'first\nsecond'],
      ['cy', 'x'],
      ['dee', 'y'],
      ['ed', 'z'],
    ]);
    expect(report.skips).toEqual([
      { where: 'line 4', reason: 'a quote in it is never closed, or not doubled as it must be in a field' },
    ]);
  });

  it('that never close cost no more than the length of the file', async () => {
    const table = `time,user,text\n1,ada,hi\n${'1,"\n'.repeat(100_000)}2,bo,ho\n`;
    const { report } = await read(table);
    expect(report.messages + report.skipped).toBeGreaterThan(99_000);
  });

  it('leave texts of several lines whole', async () => {
    const { rows } = await read('time,user,text\n1,ada,"He said ""hi""\nand left, ""so"""\n2,bo,"a\n\n""b"" c"\n');
    expect(rows.map(([, , text]) => text)).toEqual(['He said "hi"\nand left, "so"', 'a\n\n"b" c']);
  });

  it('are no matter for a separator without quotes in the last column', async () => {
    const { rows, report } = await read('time,text,user\n1,a, b,ada\n2,c,bo\n');
    expect(rows).toEqual([[2_000, 'bo', 'c']]);
    expect(report.skips).toEqual([{ where: 'line 2', reason: 'it has 4 fields, but the table has 3 columns' }]);
    expect((await read('time,user,text\n1,ada,a, b\n')).rows).toEqual([[1_000, 'ada', 'a, b']]);
  });
});

describe('units of numbers', () => {
  const table = (column: string, step: number, more = '') =>
    `${column},user,text${more && ',date'}\n${Array.from({ length: 3_000 }, (_, n) => `${n * step},u,hi${more && `,${new Date(1_714_586_400_000 + n * Number(more)).toISOString()}`}`).join('\n')}\n`;

  it('that nothing tells are asked for', async () => {
    const sentence =
      /^"time" has numbers \(0, …\) that may be seconds or milliseconds, .*--unit s, --unit ms or --unit us$/u;
    expect(await refusal(table('time', 50))).toMatch(sentence);
    expect((await read(table('time', 50), { unit: 'ms' })).rows.at(-1)?.[0]).toBe(149_950);
    expect((await read(table('time', 50), { unit: 's' })).rows.at(-1)?.[0]).toBe(149_950_000);
  });

  it('are told by dates beside them', async () => {
    expect((await read(table('time', 50, '50'))).rows.at(-1)?.[0]).toBe(149_950);
    expect((await read(table('time', 50, '50000'))).rows.at(-1)?.[0]).toBe(149_950_000);
  });

  it('of a quiet channel are seconds', async () => {
    const { rows, report } = await read('time,user,text\n12,a,hi\n1500,b,ho\n3600,a,x\n5400,c,y\n7190,b,z\n');
    expect(rows.at(-1)?.[0]).toBe(7_190_000);
    expect(report.clock).toMatch(/^times since the start of the broadcast, because they are seconds, the only unit/u);
  });

  it.each(['1.71459E+12', '1,71459E+12', '1.7E+12'])('are refused when a spreadsheet cut them: %s', async (value) => {
    expect(await refusal(`timestamp;user;text\n${value};a;hi\n${value};b;ho\n`)).toBe(
      `"${value}" as "timestamp" was shortened by a spreadsheet, so many messages have the same time: export the column as text or as whole numbers`,
    );
  });

  it('with commas are refused when they may part thousands', async () => {
    expect(await refusal('seconds;user;text\n1,500;a;hi\n2,500;b;ho\n')).toMatch(/^"seconds" has commas that may be/u);
    expect((await read('seconds;user;text\n0,500;a;hi\n2,500;b;ho\n')).rows.map(([ms]) => ms)).toEqual([500, 2_500]);
  });
});
