import { describe, expect, it } from 'vitest';
import { importBytes, refusal } from '../../test/import-bytes.ts';
import { sampleFiles } from '../../test/sample-files.ts';
import { importFormats } from './index.ts';

const forward = Array.from({ length: 150 }, (_, index) => index * 90);
const samples = Object.entries(sampleFiles);
/** A sentence names a place in the file. */
const PLACE = /\b(?:line|comment|item|element|record|message) \d+\b/iu;
/** Files with the newest message first are refused in these formats, which keep the order of the file. */
const KEEPS_ORDER =
  /^(?:youtube-live-chat|twitch-comment-pages|twitchdownloader-json|labelled-jsonl|emote-records)$|csv|text|log$|raw$|^(?:srt|webvtt|sbv|generic-xml|zoom-chat)$/u;
/** Whether the reader can know that a file was cut: in JSON and quoted CSV it can, a text log just ends. */
const isCutSeen = (name: string) => /json|pages|youtube|records/u.test(name);

/** The sentence of the error, or the reason of the first skip. */
async function problemOf(content: string | Uint8Array): Promise<string> {
  const sentence = await refusal(content);
  if (!sentence.startsWith('imported ')) return sentence;
  const { skips } = (await importBytes(content)).report;
  return skips[0] ? `${skips[0].where}: ${skips[0].reason}` : sentence;
}

describe('bad files', () => {
  it('are made for every format', () => {
    expect(samples.map(([name]) => name)).toEqual(importFormats.map(({ name }) => name));
  });

  it.each(samples)('are no sound ones: %s', async (name, sample) => {
    const { messages, report } = await importBytes(sample(forward));
    expect([report.format, messages.length, report.skipped]).toEqual([name, forward.length, 0]);
    expect(messages.map(({ offsetMs }) => offsetMs)).toEqual(forward.map((second) => second * 1_000));
  });

  it.each(samples.filter(([name]) => isCutSeen(name)))('cut off: %s', async (_, sample) => {
    const whole = sample(forward);
    const problem = await problemOf(whole.slice(0, whole.lastIndexOf('"', whole.length * 0.7)));
    expect(problem).toMatch(PLACE);
    expect(problem).toMatch(/middle of|not valid JSON/u);
  });

  it.each(samples)('in another encoding: %s', async (_, sample) => {
    const bytes = new Uint8Array(Buffer.from(sample(forward).replaceAll(/hi|🔥/gu, 'h\u00E9'), 'latin1'));
    expect(await problemOf(bytes)).toMatch(/^Line \d+ is not UTF-8 \(byte 0xE9\): the file has another encoding/u);
  });

  it.each(samples)('without times: %s', async (_, sample) => {
    const problem = await problemOf(sample(forward.map(() => undefined)));
    expect(problem).toMatch(
      /no time|no field with its time|not of the form|is no time|Timestamp is required|no known form/u,
    );
    expect(problem).toMatch(PLACE);
  });

  it.each(samples)('with times that run backwards: %s', async (name, sample) => {
    const content = sample(forward.toReversed());
    if (KEEPS_ORDER.test(name)) {
      const problem = await problemOf(content);
      expect(problem).toMatch(/^The times run backwards \(.+ and many more lie over a minute behind|10,000 hours/u);
      expect(problem).toMatch(PLACE);
      return;
    }
    const { messages } = await importBytes(content);
    expect(messages.map(({ offsetMs }) => offsetMs)).toEqual(forward.map((second) => second * 1_000));
  });

  it.each(samples)('that are a web page or JSON of another tool under its name: %s', async () => {
    expect(await problemOf('<!DOCTYPE html>\n<html><body>Sign in</body></html>')).toMatch(/^The file is a web page/u);
    expect(await problemOf('{"openapi":"3.1.0","paths":{}}')).toMatch(/^The file is JSON of another tool \(it begins/u);
  });

  it.each(samples)('with a line of 10 MB: %s', async (name, sample) => {
    const whole = sample(forward);
    const at = whole.indexOf('hi', whole.length / 2);
    if (at === -1) return;
    const long = `${whole.slice(0, at)}${'x'.repeat(10_485_760)}${whole.slice(at)}`;
    const problem = await problemOf(long);
    expect(problem).toMatch(
      name === 'niconico-json' ? /imported/u : /is longer than a million characters|of over a million/u,
    );
  });
});
