// Refuses raw colours, sizes and arbitrary Tailwind values in the page outside src/ui/tokens.css: what has no name there
// has no place on the page.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface TokenProblem {
  readonly file: string;
  readonly line: number;
  readonly found: string;
  readonly rule: string;
}

const PALETTE =
  'slate|gray|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose';

const RULES: readonly { readonly rule: string; readonly pattern: RegExp }[] = [
  { rule: 'a raw colour', pattern: /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b(?![\w-])/gi },
  { rule: 'a raw colour', pattern: /\b(?:rgba?|hsla?|oklch|oklab|lab|lch|hwb)\(/gi },
  { rule: 'a raw length', pattern: /(?<![\w.-])-?\d*\.?\d+(?:px|rem|em|pt)\b(?!['"`]?\s*,\s*\))/g },
  { rule: 'an arbitrary Tailwind value', pattern: /\b[a-z-]+-\[[^\]]+\]/g },
  {
    rule: "a colour of Tailwind's own palette",
    pattern: new RegExp(`\\b(?:bg|text|border|ring|fill|stroke|outline)-(?:${PALETTE})-\\d{2,3}\\b`, 'g'),
  },
];

/** Templates such as `${size}px` build a canvas font out of a token; tests state what they like. */
export function checkTokens(file: string, text: string): TokenProblem[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.replace(/^\s*(?:\/\/|\*|\/\*).*$/, '');
    return RULES.flatMap(({ rule, pattern }) =>
      [...line.matchAll(pattern)].map(([found]) => ({ file, line: index + 1, found, rule })),
    );
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = globSync('packages/web/src/**/*.{ts,tsx,css}').filter(
    (file) => !file.endsWith(path.join('ui', 'tokens.css')) && !/\.test\.tsx?$/.test(file),
  );
  const problems = files.flatMap((file) => checkTokens(file, readFileSync(file, 'utf8')));
  for (const { file, line, found, rule } of problems) {
    console.error(`${file}:${line}: ${found} is ${rule}; name it in src/ui/tokens.css`);
  }
  console.log(`${files.length} files of the page read, ${problems.length} raw values`);
  if (problems.length > 0 || files.length === 0) process.exitCode = 1;
}
