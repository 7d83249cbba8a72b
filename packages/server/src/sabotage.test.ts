import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ANALYZER_SABOTAGES, SABOTAGES } from './sabotage.ts';

const source = fileURLToPath(new URL('.', import.meta.url));
const page = readFileSync(new URL('../../../docs/decisions/exact-counting.md', import.meta.url), 'utf8');

/** Every rule of flows.md B; those of `Apply` (B1.5) by their letters. */
const RULES = `
  B1.1 B1.2 B1.3 B1.4 B1.5a B1.5b B1.5c B1.5d B1.5e B1.5f B1.5g B1.6
  B2.1 B2.2 B2.3 B2.4 B2.5 B2.6 B2.7 B3.1 B3.2 B3.3 B3.4 B3.5 B4.1 B4.2 B4.3 B4.4 B4.5`
  .trim()
  .split(/\s+/);

interface SwitchRow {
  readonly name: string;
  readonly what: string;
  readonly rules: readonly string[];
  readonly test: string;
}

const switchRows = [...page.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \| ([^|]+) \| `([^`]+)` \|$/gm)].map(
  ([, name = '', what = '', rules = '', test = '']): SwitchRow => ({ name, what, rules: rules.split(', '), test }),
);
const ruleRows = [...page.matchAll(/^\| (B\d\.\d[a-g]?) \| [^|]+ \| ([^|]+) \|$/gm)].map(
  ([, rule = '', switches = '']) => ({
    rule,
    switches: [...switches.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
  }),
);

describe('sabotage', () => {
  it('is listed in docs/decisions/exact-counting.md, switch by switch', () => {
    expect(switchRows.map(({ name, what }) => [name, what])).toEqual(Object.entries(SABOTAGES));
  });

  it('is listed there rule by rule, each switch at the rules that it breaks', () => {
    expect(ruleRows.map(({ rule }) => rule)).toEqual(RULES);
    const byRule = RULES.map((rule) => ({
      rule,
      switches: switchRows.filter(({ rules }) => rules.includes(rule)).map(({ name }) => name),
    }));
    expect(ruleRows).toEqual(byRule);
  });

  it('breaks a numbered rule or a row with every switch', () => {
    const known = (rule: string) => RULES.includes(rule) || /^row ([1-9]|1\d|20)$/.test(rule);
    expect(switchRows.filter(({ rules }) => !rules.every(known)).map(({ name }) => name)).toEqual([]);
  });

  it('is used by the test that is named beside each switch', () => {
    const ofTheModel = new Set<string>(ANALYZER_SABOTAGES);
    const unused = switchRows.filter(({ name, test }) => {
      const file = test.startsWith('test/') ? `${source}../${test}` : source + test;
      if (!existsSync(file)) return true;
      const text = readFileSync(file, 'utf8');
      return ofTheModel.has(name) ? !text.includes('it.each(ANALYZER_SABOTAGES)') : !text.includes(`'${name}'`);
    });
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  it('is unknown where the product is put together', () => {
    const files = globSync(['main.ts', '{compose,roles,commands,config,http}/**/*.ts'], {
      cwd: source,
    });
    expect(files.length).toBeGreaterThan(20);
    expect(
      files.filter((file) =>
        readFileSync(source + file, 'utf8')
          .toLowerCase()
          .includes('sabotage'),
      ),
    ).toEqual([]);
  });
});
