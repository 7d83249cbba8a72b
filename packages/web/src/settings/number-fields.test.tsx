import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { texts } from '../texts.ts';
import { IntervalField, intervalOf, thresholdOf } from './number-fields.tsx';

const ignore = () => undefined;

describe('the interval', () => {
  it('is shown as a number of reactions, and said not to be a time (C6)', () => {
    const html = renderToStaticMarkup(
      <IntervalField value={30} change={ignore} noteWrong={ignore} problem={undefined} />,
    );
    const text = html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain('Interval reactions');
    expect(text).toContain('A number of reactions, not a time.');
    expect(text).not.toMatch(/second|minute/);
    expect(texts.settings.rule(0.3, 30)).toContain('each time 30 more reactions came in');
  });

  it('is a whole number from 1 to 1000, and nothing is made of anything else (P13)', () => {
    expect(['1', ' 30 ', '1000'].map(intervalOf)).toEqual([1, 30, 1000]);
    for (const wrong of ['', '0', '-1', '1001', '2.5', '1e2', 'ten']) expect(intervalOf(wrong)).toBeUndefined();
  });
});

it('the threshold lies between 0 and 1, and nothing is made of anything else (P13)', () => {
  expect(['0.3', '.5', '0,25', '0.0001'].map(thresholdOf)).toEqual([0.3, 0.5, 0.25, 0.0001]);
  for (const wrong of ['', '0', '1', '7', '-0.3', '30 %', '1e-1', '0.3.3']) expect(thresholdOf(wrong)).toBeUndefined();
});
