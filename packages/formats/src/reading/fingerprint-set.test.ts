import { expect, it } from 'vitest';
import { FingerprintSet, fingerprintOf } from './fingerprint-set.ts';

it('knows what was added and nothing else, however much it grows', () => {
  const set = new FingerprintSet();
  const texts = Array.from({ length: 20_000 }, (_, number) => `8f0c-${number}-${number % 7}`);
  expect(texts.filter((text) => set.has(fingerprintOf(text)))).toEqual([]);
  expect(texts.filter((text) => !set.add(fingerprintOf(text)))).toEqual([]);
  expect(texts.filter((text) => set.add(fingerprintOf(text)))).toEqual([]);
  expect(set.size).toBe(20_000);
  const others = texts.map((text) => `${text}x`);
  expect(others.filter((text) => set.has(fingerprintOf(text)))).toEqual([]);
});

it('tells texts apart that differ in one sign, in order or in length', () => {
  const texts = ['', '\0', '\0\0', 'ab', 'ba', 'a', 'aa', 'é', 'e', '🎉', '💜', '0', '00', '1'];
  const prints = texts.map((text) => fingerprintOf(text)).map(({ low, high }) => `${low} ${high}`);
  expect(new Set(prints).size).toBe(texts.length);
});
