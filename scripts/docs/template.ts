import { dirname, posix } from 'node:path';
import { addressOf } from './links.ts';
import type { Page } from './markdown.ts';
import type { Group } from './read-pages.ts';

/** One page of the site around its content. */
export function pageShell(page: Page, content: string, groups: readonly Group[]): string {
  const root = posix.relative(dirname(addressOf(page.file)), '.') || '.';
  return `<!doctype html>
<html lang="en" data-root="${root}/">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(page.title)}${page.file === 'README.md' ? '' : ' · Ovation'}</title>
<link rel="icon" href="${root}/assets/favicon.svg">
<link rel="stylesheet" href="${root}/assets/site.css">
<script src="${root}/assets/site.js" defer></script>
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header>
<a class="home" href="${root}/index.html">Ovation</a>
<search><input type="search" placeholder="Search" aria-label="Search the documentation" autocomplete="off">
<ol hidden></ol></search>
</header>
<div class="columns">
<nav aria-label="Pages"><details open><summary>Pages</summary>${sidebar(page, groups, root)}</details></nav>
<main id="content" tabindex="-1">
${content}</main>
${contents(page)}
</div>
</body>
</html>
`;
}

function sidebar(current: Page, groups: readonly Group[], root: string): string {
  const lists = groups.map(({ title, pages }) => {
    const links = pages.map((page) => {
      const here = page.file === current.file ? ' aria-current="page"' : '';
      return `<li><a href="${root}/${addressOf(page.file)}"${here}>${escape(page.title)}</a></li>`;
    });
    return `<h2>${escape(title)}</h2>\n<ul>${links.join('\n')}</ul>`;
  });
  return lists.join('\n');
}

function contents({ headings }: Page): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return '';
  const links = shown.map(
    ({ level, id, text }) => `<li class="level-${level}"><a href="#${escape(id)}">${escape(text)}</a></li>`,
  );
  return `<aside aria-label="On this page"><h2>On this page</h2>\n<ul>${links.join('\n')}</ul></aside>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
