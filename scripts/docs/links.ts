import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Page } from './markdown.ts';

/** A link of a page, taken apart. */
interface Target {
  /** path from the root of the repository; "" = outside of it */
  readonly file: string;
  readonly anchor: string;
}

function targetOf(link: string, from: string): Target {
  if (/^[a-z]+:/i.test(link)) return { file: '', anchor: '' };
  const [path = '', anchor = ''] = link.split('#', 2);
  return { file: path === '' ? from : posix.normalize(posix.join(dirname(from), path)), anchor };
}

/** Address of a page on the site, from its root. */
export function addressOf(file: string): string {
  return file === 'README.md' ? 'index.html' : file.replace(/\.md$/, '.html');
}

/** Where a link leads on the site, or undefined when the site does not have it. */
export function placeOnSite(link: string, from: string, has: (file: string) => boolean): string | undefined {
  const { file, anchor } = targetOf(link, from);
  if (file === '') return link;
  if (!has(file)) return undefined;
  const path = posix.relative(dirname(addressOf(from)), addressOf(file));
  return anchor === '' ? path : `${path}#${anchor}`;
}

/** @returns a sentence for each link that leads nowhere: a file that is missing, or a heading that the page lacks */
export function brokenLinks(root: string, pages: readonly Page[]): string[] {
  const byFile = new Map(pages.map((page) => [page.file, page]));
  return pages.flatMap((page) =>
    page.links.flatMap((link) => {
      const { file, anchor } = targetOf(link, page.file);
      if (file === '') return [];
      if (!existsSync(join(root, file))) return [`${page.file}: ${link} leads nowhere, there is no ${file}`];
      const target = byFile.get(file);
      const isThere = anchor === '' || target?.headings.some(({ id }) => id === anchor);
      return isThere ? [] : [`${page.file}: ${link} leads nowhere, ${file} has no heading #${anchor}`];
    }),
  );
}
