import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage, type Page } from './markdown.ts';
import { navigation } from './navigation.ts';

const SOURCES = ['*.md', 'docs/**/*.md', 'packages/*/*.md', 'bench/*/*.md'];

export interface Group {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** Every Markdown page that is not a note for a tool. */
export function findPages(root: string): string[] {
  return globSync(SOURCES, { cwd: root, exclude: ['**/node_modules/**'] }).toSorted();
}

/** The pages of the navigation, in its order. */
export function readGroups(root: string): Group[] {
  return navigation.map(({ title, pages }) => ({
    title,
    pages: pages
      .flatMap((pattern) => globSync(pattern, { cwd: root }).toSorted())
      .map((file) => readPage(file, readFileSync(join(root, file), 'utf8'))),
  }));
}
