import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { addressOf, brokenLinks, placeOnSite } from './links.ts';
import { renderPage } from './markdown.ts';
import { readGroups } from './read-pages.ts';
import { searchScript } from './search-index.ts';
import { pageShell } from './template.ts';

const ASSETS = new URL('./assets/', import.meta.url);
const PICTURES = ['docs/**/*.{svg,png,jpg}'];
const TOKENS = 'packages/web/src/ui/tokens.css';

/**
 * Builds the site from the Markdown of the repository. Nothing is fetched, neither now nor by the pages.
 * @returns how many pages it has
 * @throws Error naming every link that leads nowhere
 */
export function buildSite(root: string, out: string): number {
  const groups = readGroups(root);
  const pages = groups.flatMap((group) => group.pages);
  const broken = brokenLinks(root, pages);
  if (broken.length > 0) throw new Error(broken.join('\n'));
  rmSync(out, { recursive: true, force: true });
  const pictures = globSync(PICTURES, { cwd: root });
  const files = new Set([...pages.map(({ file }) => file), ...pictures]);
  for (const page of pages) {
    const content = renderPage(page, (link) => placeOnSite(link, page.file, (file) => files.has(file)));
    write(join(out, addressOf(page.file)), pageShell(page, content, groups));
  }
  for (const picture of pictures) copy(join(root, picture), join(out, picture));
  writeAssets(root, join(out, 'assets'));
  write(join(out, 'assets/search-index.js'), searchScript(pages));
  return pages.length;
}

function writeAssets(root: string, out: string): void {
  const style = readFileSync(new URL('site.css', ASSETS), 'utf8');
  write(join(out, 'site.css'), `${tokensOf(readFileSync(join(root, TOKENS), 'utf8'))}\n${style}`);
  write(join(out, 'site.js'), readFileSync(new URL('site.js', ASSETS), 'utf8'));
  copy(join(root, 'packages/web/public/favicon.svg'), join(out, 'favicon.svg'));
  const require = createRequire(import.meta.url);
  copy(join(dirname(require.resolve('minisearch')), '../umd/index.js'), join(out, 'minisearch.js'));
}

/** Colours, fonts and radii of the page: the site looks like the product. */
function tokensOf(theme: string): string {
  const values = [...theme.matchAll(/^ {2}(--(?:color|font|radius|text)-[\w-]+):([^;]+);/gm)];
  return `:root {\n${values.map(([, name, value]) => `${name}:${value};`).join('\n')}\n}`;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
