import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { texts } from '../../texts.ts';
import { StalledBanner } from './stalled-notice.tsx';

it('the page says in plain words that moments are late, and that nothing is lost (D1)', () => {
  const html = renderToStaticMarkup(<StalledBanner />);
  expect(html).toContain('role="status"');
  expect(html).toContain(texts.react.stalled);
  expect(texts.react.stalled).not.toMatch(/partition|analyzer|offset/);
});
