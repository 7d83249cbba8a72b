import fc from 'fast-check';

export const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('🔥🔥', 'Kappa LUL', '', '❤️ 👨‍👩‍👧', '\u{202E}x\0', ']', '},'),
);
export const name = fc.oneof(fc.stringMatching(/^[a-z_]{1,12}$/u), text);
export const second = fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.integer(), fc.double());
export const stamp = fc
  .tuple(fc.nat(120), fc.nat(70), fc.nat(70))
  .map(([h, m, s]) => `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`);
export const anyTime = fc.oneof(
  second.map(String),
  stamp,
  fc.constantFrom('2024-05-01T18:00:00Z', '1714586400000', '-1:00', 'x'),
);
export const usec = fc.oneof(fc.integer({ min: 1_466_380_280_000_000, max: 1_466_380_290_000_000 }), fc.nat());
export const id = fc.constantFrom('a', 'b', 'c', '__proto__', '');
export const run = fc.oneof(
  fc.record({ text }),
  fc.record({
    emoji: fc.record({
      emojiId: fc.oneof(text, fc.constant('UC1/2')),
      isCustomEmoji: fc.boolean(),
      shortcuts: fc.array(text),
    }),
  }),
  fc.jsonValue(),
);
