import MiniSearch from 'minisearch';
import { addressOf } from './links.ts';
import { plainText, type Page } from './markdown.ts';

interface Section {
  readonly id: string;
  readonly page: string;
  readonly heading: string;
  readonly text: string;
}

/** How the index is made; the page searches with the same options. */
const OPTIONS = { fields: ['heading', 'page', 'text'], storeFields: ['heading', 'page'] };

/** A script that gives the page its index: read from a file as well as from a server. */
export function searchScript(pages: readonly Page[]): string {
  const index = new MiniSearch<Section>(OPTIONS);
  index.addAll(pages.flatMap(sectionsOf));
  const content = { options: OPTIONS, index: JSON.stringify(index) };
  return `window.ovationSearch = ${JSON.stringify(content)};\n`;
}

function sectionsOf(page: Page): Section[] {
  const sections = new Map<string, { heading: string; texts: string[] }>();
  let current = { heading: page.title, texts: new Array<string>() };
  sections.set('', current);
  for (const [index, token] of page.tokens.entries()) {
    if (token.type === 'heading_open') {
      current = { heading: plainText(page.tokens[index + 1]), texts: [] };
      sections.set(String(token.attrGet('id') ?? ''), current);
    } else if (token.type === 'inline') current.texts.push(plainText(token));
    else if (token.type === 'fence') current.texts.push(token.content);
  }
  return [...sections].map(([id, { heading, texts }]) => ({
    id: `${addressOf(page.file)}${id === '' ? '' : `#${id}`}`,
    page: page.title,
    heading,
    text: texts.join(' '),
  }));
}
