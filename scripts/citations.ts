// What code, tests and docs cite has to be in this repository: pages, their numbered sections, rows and rules of
// docs/flows.md, rows and rulings of docs/requirements.md.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Citable {
  /** page (path from the root) → its text */
  readonly pages: ReadonlyMap<string, string>;
  /** `B2`, `B2.4`, `B1.5c` */
  readonly rules: ReadonlySet<string>;
  /** rows of the table of failures */
  readonly failures: ReadonlySet<string>;
  /** `S0-13`, `C35` */
  readonly requirements: ReadonlySet<string>;
}

const TEXTS = [
  '*.md',
  '.changeset/*.md',
  '{docs,bench,examples,scripts,test}/**/*.{md,ts,mjs}',
  'packages/*/*.md',
  'packages/*/{bin,src,test}/**/*.{ts,tsx,js,css}',
];

/** Pages whose citations are of the time they were written. */
const HISTORY = ['CHANGELOG.md'];

/** Files that cite pages of their own making. */
const INVENTED = ['scripts/citations', 'scripts/docs/site.test.ts'];

export function filesThatCite(root: string): string[] {
  return TEXTS.flatMap((pattern) => globSync(pattern, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] }))
    .filter((file) => !HISTORY.includes(file) && !INVENTED.some((name) => file.startsWith(name)))
    .toSorted();
}

export function readCitable(root: string): Citable {
  const files = filesThatCite(root).filter((file) => file.endsWith('.md'));
  const pages = new Map([
    ...HISTORY.map((file): [string, string] => [file, '']),
    ...files.map((file): [string, string] => [file, textOf(root, file)]),
  ]);
  const flows = pages.get('docs/flows.md') ?? '';
  const requirements = pages.get('docs/requirements.md') ?? '';
  return {
    pages,
    rules: rulesOf(flows),
    failures: new Set(Array.from(flows.matchAll(/^\| (\d+) \|/gm), ([, row = '']) => row)),
    requirements: new Set(Array.from(requirements.matchAll(/^\| ([SC][\d-]+) \|/gm), ([, row = '']) => row)),
  };
}

function rulesOf(flows: string): Set<string> {
  const groups = Array.from(flows.matchAll(/^### (B\d)\./gm), ([, group = '']) => group);
  const rules = flows.split(/^(?=- \*\*B)/m).flatMap((part) => {
    const [, rule = ''] = /^- \*\*(B\d\.\d+)\*\*/.exec(part) ?? [];
    const letters = Array.from(part.matchAll(/^ {2}\(([a-g])\)/gm), ([, letter = '']) => `${rule}${letter}`);
    return rule === '' ? [] : [rule, ...letters];
  });
  return new Set([...groups, ...rules]);
}

/** @returns a sentence for each citation of something that is not there */
export function missingCitations(file: string, text: string, citable: Citable): string[] {
  return text.split('\n').flatMap((line, n) => {
    const missing = [
      ...missingPages(file, line, citable.pages),
      ...missingOf(citedRules(line), citable.rules, 'docs/flows.md has no rule'),
      ...missingOf(citedFailures(line), citable.failures, 'docs/flows.md has no row'),
      ...missingOf(citedRequirements(line), citable.requirements, 'docs/requirements.md has no row'),
    ];
    return missing.map((sentence) => `${file}:${n + 1}: ${sentence}`);
  });
}

function missingOf(cited: readonly string[], known: ReadonlySet<string>, sentence: string): string[] {
  return cited.filter((one) => !known.has(one)).map((one) => `${sentence} ${one}`);
}

/** `page.md`, `page.md 3.4`, `page.md section 4`, `page.md, "Heading"` */
function missingPages(file: string, line: string, pages: Citable['pages']): string[] {
  const cited = line.matchAll(/([\w./-]*\w\.md)\b(?! *:\/\/)(?: (?:section )?(\d+(?:\.\d+)?))?(?:, "([^"]+)")?/g);
  return [...cited].flatMap(([, path = '', section, heading]) => {
    const found = pagesNamed(path, file, pages);
    if (found.length === 0) return [`there is no page ${path}`];
    if (section && !found.some((page) => hasSection(page, section))) return [`${path} has no section ${section}`];
    if (heading && !found.some((page) => hasHeading(page, heading))) return [`${path} has no heading "${heading}"`];
    return [];
  });
}

function pagesNamed(path: string, from: string, pages: Citable['pages']): string[] {
  const plain = path.replace(/^(\.\.?\/)+|^\//, '');
  const beside = normalize(join(dirname(from), path));
  return [...pages].filter(([page]) => page === beside || `/${page}`.endsWith(`/${plain}`)).map(([, text]) => text);
}

function hasSection(page: string, section: string): boolean {
  return new RegExp(`^#+ ${section.replace('.', String.raw`\.`)}\\.? `, 'm').test(page);
}

function hasHeading(page: string, heading: string): boolean {
  return page.split('\n').some((line) => line.startsWith('#') && line.replace(/^#+ /, '') === heading);
}

/** `B2`, `B2.4`, `B1.5c`, and `B3.3-5` as three */
function citedRules(line: string): string[] {
  return [...line.matchAll(/\b(B[1-9])(?:\.(\d+)([a-g])?(?:-(\d+))?)?(?![\w])/g)].flatMap(
    ([, group = '', first, letter = '', last]) => {
      if (first === undefined) return [group];
      const length = last === undefined ? 1 : Number(last) - Number(first) + 1;
      return Array.from({ length }, (_, n) => `${group}.${Number(first) + n}${letter}`);
    },
  );
}

/** `row 8`, `rows 11, 15 and 16` */
function citedFailures(line: string): string[] {
  return [...line.matchAll(/\brows? (\d+(?:(?:, | and )\d+)*)\b/g)].flatMap(
    ([, list = '']) => list.match(/\d+/g) ?? [],
  );
}

function citedRequirements(line: string): string[] {
  return [...line.matchAll(/\b(S\d-\d\d|C\d{1,2})\b/g)].map(([row]) => row);
}

function textOf(root: string, file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Every file of the repository with its text. */
export function readTexts(root: string): [file: string, text: string][] {
  return filesThatCite(root).map((file) => [file, textOf(root, file)]);
}
