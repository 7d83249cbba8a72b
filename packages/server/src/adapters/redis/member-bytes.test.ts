import { describe, expect, it } from 'vitest';
import { bytesOfMember, memberOfBytes } from './member-bytes.ts';

describe('members as bytes', () => {
  const members = [
    '',
    'a',
    'z',
    'ä',
    'дом',
    '\uE000',
    '\uFFFF',
    '💜',
    '\uD800',
    '\uDC00x',
    '💜\uE000',
    '\u0800',
    '\u07FF',
  ];

  it('come back as they were', () => {
    for (const member of members) expect(memberOfBytes(Buffer.from(bytesOfMember(member)))).toBe(member);
  });

  it('sort as their UTF-16 units do', () => {
    const byBytes = members.toSorted((a, b) =>
      Buffer.compare(Buffer.from(bytesOfMember(a)), Buffer.from(bytesOfMember(b))),
    );
    expect(byBytes).toEqual(members.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('are plain UTF-8 for everything but surrogates', () => {
    expect(Buffer.from(bytesOfMember('дом')).toString()).toBe('дом');
  });
});
