// `npm run docs` builds the documentation into dist/docs; `npm run docs -- --serve` also shows it and reloads on changes.
import { fileURLToPath } from 'node:url';
import { buildSite } from './docs/build-site.ts';
import { serveSite } from './docs/serve-site.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = fileURLToPath(new URL('../dist/docs', import.meta.url));

if (process.argv.includes('--serve')) {
  await serveSite(root, out);
} else {
  const startedAt = performance.now();
  const pages = buildSite(root, out);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${pages} pages in ${seconds.toFixed(2)} s: open dist/docs/index.html`);
}
