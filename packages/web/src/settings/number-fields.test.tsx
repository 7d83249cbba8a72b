import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { texts } from '../texts.ts';
import { IntervalField } from './number-fields.tsx';

describe('the interval', () => {
  it('is shown as a number of messages, and said not to be a time (C6)', () => {
    const html = renderToStaticMarkup(<IntervalField value={30} change={() => undefined} problem={undefined} />);
    const text = html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain('Interval messages');
    expect(text).toContain('A number of messages, not a time.');
    expect(text).not.toMatch(/second|minute/);
    expect(texts.settings.rule(0.3, 30)).toContain('each time 30 more messages came in');
  });
});
