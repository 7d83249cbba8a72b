import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importBytes } from '../../test/import-bytes.ts';
import { sampleFiles } from '../../test/sample-files.ts';
import { ImportError } from '../index.ts';

const MESSAGES = 24;
const RUNS = 60;
const WORD = /msg\d+x/gu;
const seconds = Array.from({ length: MESSAGES }, (_, index) => index * 20);

/** A sound file whose messages have words of their own. */
function fixture(sample: (typeof sampleFiles)[string]): string {
  let number = 0;
  return sample(seconds).replaceAll(/\bhi\b/gu, () => `msg${(number += 1)}x`);
}

/**
 * In these formats an element or a line that lost a sign may look like an event, which is no message, or like a part of the
 * message above it, which may be skipped as one.
 */
const isDoubtful = (name: string) =>
  /json|youtube|eventsub|pages|irc-raw|zoom|messenger|discord|webvtt|chatterino/u.test(name);
/** Lines of printed JSON that change their places make other objects. */
const isPrinted = (name: string) => name === 'twitchdownloader-json' || name === 'chat-downloader-json';

const part = fc.double({ min: 0, max: 1, noNaN: true });

/** What happens to files on their way. */
const mutation = fc.oneof(
  part.map((end) => (text: string) => text.slice(0, Math.floor(end * text.length))),
  part.map((start) => (text: string) => text.slice(Math.floor(start * text.length))),
  fc.constant((text: string) => text + text),
  fc.constant((text: string) => `${text}\u{FEFF}${text}`),
  part.map((from) => (text: string) => text + text.slice(Math.floor(from * text.length))),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, to]) =>
      (text: string) =>
        moved(text.split('\n'), from, to).join('\n'),
  ),
  fc.nat().map((at) => (text: string) => withoutOne(text.split('\n'), at).join('\n')),
  fc.nat().map((at) => (text: string) => withoutOne(Array.from(text), at).join('')),
  fc.tuple(part, fc.constantFrom('"', '<', '>', '[', '{', '\\', '\n', '&', ',', ';', '\t', '\0', '🔥', ': ')).map(
    ([at, sign]) =>
      (text: string) =>
        text.slice(0, Math.floor(at * text.length)) + sign + text.slice(Math.floor(at * text.length)),
  ),
  fc.constantFrom(['\n', '\r\n'], ['\n', '\r'], [',', ';'], [', ', ','], ['\t', ' '], [': ', ' : '], ['  ', ' ']).map(
    ([from = '', to = '']) =>
      (text: string) =>
        text.replaceAll(from, to),
  ),
  fc
    .constantFrom('{"data":%}', '[%]', '{"a":{"b":[%]}}', '<log>%</log>', 'sep=;\n%', '\n\n%\n\n', '# %')
    .map((around) => (text: string) => around.replace('%', () => text)),
);

function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = withoutOne(list, from);
  rest.splice(to % (rest.length + 1), 0, ...list.slice(from % list.length, (from % list.length) + 1));
  return rest;
}

function withoutOne<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, index) => index !== at % list.length);
}

const encoding = fc.constantFrom(
  (text: string) => new TextEncoder().encode(text),
  (text: string) => new TextEncoder().encode(`\u{FEFF}${text}`),
  (text: string) => new Uint8Array(Buffer.from(`\u{FEFF}${text}`, 'utf16le')),
);

const wordsIn = (text: string) => text.match(WORD)?.length ?? 0;

describe('mutants of sound files', () => {
  it.each(Object.entries(sampleFiles))('lose no message that the report does not name: %s', async (name, sample) => {
    const sound = fixture(sample);
    // A comment of Twitch has its text twice.
    const wordsOfMessage = Math.max(1, wordsIn(sound) / MESSAGES);
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(mutations, encoding, fc.integer({ min: 1, max: 4_000 }), async (steps, encode, size) => {
        const text = steps.reduce((so, step) => step(so), sound);
        try {
          const { messages, report } = await importBytes(encode(text), { size });
          const found = messages.reduce((sum, message) => sum + wordsIn(message.text), 0);
          expect(report.messages).toBe(messages.length);
          // Each step may double the file.
          const doubtful = isPrinted(name) ? wordsIn(text) : isDoubtful(name) ? 2 ** steps.length : 0;
          const wanted = Math.floor(wordsIn(text) / wordsOfMessage) - doubtful;
          expect(found + report.skipped + report.repeated).toBeGreaterThanOrEqual(wanted);
        } catch (error) {
          // A refusal names its reason.
          if (!(error instanceof ImportError)) throw error;
          expect(error.message).toMatch(/^[^\n]{20,600}$/u);
        }
      }),
      { numRuns: RUNS, seed: 9 },
    );
  });
});
