import { clientFrameSchema } from '@ovation/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listedFrames } from '../../../test/support/listed-doors.ts';

const read = (text: string) => [...listedFrames.read(Buffer.from(text))];

/** What the schema says of one line, without any short way. */
function schemaSays(text: string): unknown {
  try {
    return clientFrameSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

describe('a reaction', () => {
  it('is read the same with and without the short way', () => {
    const c = fc.oneof(fc.nat(), fc.constantFrom('0', '00', '01', '-1', '1.5', '1e2', '999999999', '9999999999', '""'));
    const n = fc.oneof(fc.nat(30), fc.constantFrom('01', '0', '20', '21', '-1', '1.0', '1e1', 'null', '"1"'));
    const char = fc.constantFrom('🔥', '❤️', 'a', '\\', '"', '\n', '\u0000', '\u001f', '\u007f', '\\n', '\ud800', ' ');
    const e = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 140 }), fc.array(char, { maxLength: 130 }).map(join));
    const space = fc.constantFrom('', '', '', ' ');
    fc.assert(
      fc.property(c, e, n, space, (number, emote, count, gap) => {
        const text = `{"op":"react","c":${number},"e":"${emote}","n":${gap}${count}}`.toWellFormed();
        const frames = read(text).map((one) => (one.ok ? one.said : undefined));
        expect(frames[0]).toEqual(text.includes('\n') ? undefined : schemaSays(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read beside others in one message', () => {
    const line = '{"op":"react","c":1,"e":"🔥","n":2}';
    const said = { op: 'react', c: 1, e: '🔥', n: 2 };
    expect(read(line)).toMatchObject([{ ok: true, said }]);
    expect(read(`${line}\n${line}`)).toMatchObject([
      { ok: true, said },
      { ok: true, said },
    ]);
  });

  it('of too many is refused in the words of every wrong frame', () => {
    expect(read('{"op":"react","c":1,"e":"🔥","n":21}')).toMatchObject([
      { ok: false, msg: expect.stringContaining('react.n') },
    ]);
  });
});

function join(parts: readonly string[]): string {
  return parts.join('');
}
