import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './catalogue.ts';
import { editsByFile, mutate } from './mutate.ts';

const repository = new URL('../../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, repository), 'utf8');
const page = read('docs/decisions/exact-counting.md');

/** Every rule of docs/flows.md B; those of `Apply` (B1.5) by their letters. */
const RULES = `
  B1.1 B1.2 B1.3 B1.4 B1.5a B1.5b B1.5c B1.5d B1.5e B1.5f B1.5g B1.6 B1.7
  B2.1 B2.2 B2.3 B2.4 B2.5 B2.6 B2.7 B3.1 B3.2 B3.3 B3.4 B3.5 B4.1 B4.2 B4.3 B4.4 B4.5`
  .trim()
  .split(/\s+/);

const mutantRows = [...page.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \| ([^|]+) \| `([^`]+)` \|$/gm)].map(
  ([, name, what, rules = '', test]) => ({ name, what, rules: rules.split(', '), test }),
);
const ruleRows = [...page.matchAll(/^\| (B\d\.\d[a-g]?) \| [^|]+ \| ([^|]+) \|$/gm)].map(
  ([, rule = '', mutants = '']) => ({
    rule,
    mutants: [...mutants.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
  }),
);

describe('the catalogue of mutants', () => {
  it('is listed in docs/decisions/exact-counting.md, mutant by mutant', () => {
    expect(mutantRows).toEqual(MUTANTS.map(({ name, rules, test, what }) => ({ name, what, rules, test })));
  });

  it('is listed there rule by rule, each mutant at the rules that it breaks', () => {
    expect(ruleRows.map(({ rule }) => rule)).toEqual(RULES);
    const byRule = RULES.map((rule) => ({
      rule,
      mutants: MUTANTS.filter(({ rules }) => rules.includes(rule)).map(({ name }) => name),
    }));
    expect(ruleRows).toEqual(byRule);
  });

  it('breaks a numbered rule or a row with every mutant', () => {
    const known = (rule: string) => RULES.includes(rule) || /^row ([1-9]|1\d|20)$/.test(rule);
    expect(MUTANTS.filter(({ rules }) => !rules.every(known)).map(({ name }) => name)).toEqual([]);
  });

  it.each(MUTANTS)('$name replaces texts that occur once, and names a test that exists', (mutant) => {
    for (const [file, edits] of editsByFile(mutant)) {
      const source = read(file);
      expect(mutate(source, edits, mutant)).not.toBe(source);
    }
    expect(existsSync(new URL(mutant.test, repository))).toBe(true);
    if (mutant.named !== undefined) {
      // A name may be put together from a table of scenes.
      expect(read(mutant.test)).toContain(mutant.named);
    }
  });

  it('is unknown to the product', () => {
    const files = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: repository });
    expect(files.length).toBeGreaterThan(400);
    expect(files.filter((file) => /sabotage|OVATION_MUTANT/i.test(read(file)))).toEqual([]);
  });
});
