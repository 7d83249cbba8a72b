import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildSite } from './build-site.ts';
import { brokenLinks, placeOnSite } from './links.ts';
import { readPage, slugOf } from './markdown.ts';
import { findPages, readGroups } from './read-pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const pagesOfSite = () => readGroups(root).flatMap(({ pages }) => pages);

describe('the documentation', () => {
  it('has no link that leads nowhere, anchors included', () => {
    const pages = pagesOfSite();
    expect(pages.flatMap(({ links }) => links).length).toBeGreaterThan(50);
    expect(brokenLinks(root, pages)).toEqual([]);
  });

  it('has every page in its navigation, each once', () => {
    const listed = pagesOfSite().map(({ file }) => file);
    expect(listed.toSorted()).toEqual(findPages(root));
  });

  it('is built with its search, its pictures and nothing from elsewhere', () => {
    const out = mkdtempSync(join(tmpdir(), 'ovation-site-'));
    onTestFinished(() => rmSync(out, { recursive: true }));
    expect(buildSite(root, out)).toBe(findPages(root).length);
    const flows = readFileSync(join(out, 'docs/flows.html'), 'utf8');
    expect(flows).toContain('<a href="architecture.html">');
    expect(flows).toContain('aria-current="page"');
    expect(readFileSync(join(out, 'docs/architecture.html'), 'utf8')).toContain('src="pictures/architecture.svg"');
    expect(existsSync(join(out, 'docs/pictures/architecture.svg'))).toBe(true);
    expect(readFileSync(join(out, 'assets/search-index.js'), 'utf8')).toContain('watermark');
    expect(flows).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

describe('a link', () => {
  const pages = [readPage('docs/a.md', '# A\n\n[b](b.md#two) [c](../README.md) [out](https://example.org)')];

  it('to a missing heading or page is named', () => {
    expect(brokenLinks(root, pages)).toEqual(['docs/a.md: b.md#two leads nowhere, there is no docs/b.md']);
    const known = [readPage('README.md', '# A\n\n[b](docs/flows.md#nothing)'), readPage('docs/flows.md', '# B')];
    expect(brokenLinks(root, known)).toEqual([
      'README.md: docs/flows.md#nothing leads nowhere, docs/flows.md has no heading #nothing',
    ]);
  });

  it('leads to the page of the site, and nowhere when the site does not have it', () => {
    const has = (file: string) => file.endsWith('.md');
    expect(placeOnSite('../README.md', 'docs/plan.md', has)).toBe('../index.html');
    expect(placeOnSite('docs/flows.md#b-rules', 'README.md', has)).toBe('docs/flows.html#b-rules');
    expect(placeOnSite('../packages/server/src/main.ts', 'docs/plan.md', has)).toBeUndefined();
    expect(placeOnSite('https://example.org', 'docs/plan.md', has)).toBe('https://example.org');
  });
});

describe('a heading', () => {
  it('is linked to by its words', () => {
    expect(slugOf('B1. Records of topic `activity`')).toBe('b1-records-of-topic-activity');
    expect(readPage('a.md', '# One `x`\n\n## Two\n\n## Two').headings.map(({ id }) => id)).toEqual([
      'one-x',
      'two',
      'two-1',
    ]);
  });
});
