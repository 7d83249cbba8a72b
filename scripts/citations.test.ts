import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { missingCitations, readCitable, readTexts } from './citations.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const citable = readCitable(root);

describe('what is cited', () => {
  it('is in this repository: pages, sections, rows and rules, wherever code, tests and docs name them', () => {
    const texts = readTexts(root);
    expect(texts.length).toBeGreaterThan(400);
    expect(texts.flatMap(([file, text]) => missingCitations(file, text, citable))).toEqual([]);
  });

  it('has every failure and every rule of the flows, every row and every ruling', () => {
    expect(citable.failures.size).toBe(20);
    expect([...citable.rules].filter((rule) => /^B\d\.\d$/.test(rule))).toHaveLength(7 + 8 + 5 + 5);
    expect(citable.requirements.size).toBe(49 + 31 + 53 + 27 + 24 + 41);
  });
});

describe('a citation of what is not there', () => {
  const missing = (text: string) => missingCitations('packages/server/src/main.ts', text, citable);

  it.each([
    ['(nowhere.md 3)', 'there is no page nowhere.md'],
    ['(docs/nowhere/flows.md)', 'there is no page docs/nowhere/flows.md'],
    ['(gateway.md 3.9)', 'gateway.md has no section 3.9'],
    ['gateway.md section 9', 'gateway.md has no section 9'],
    ['docs/flows.md, "Nothing"', 'docs/flows.md has no heading "Nothing"'],
    ['(flows.md B2.9)', 'docs/flows.md has no rule B2.9'],
    ['(flows.md B4.5-6)', 'docs/flows.md has no rule B4.6'],
    ['(flows.md B1.4c)', 'docs/flows.md has no rule B1.4c'],
    ['(flows.md rows 4, 11 and 21)', 'docs/flows.md has no row 21'],
    ['(S0-50)', 'docs/requirements.md has no row S0-50'],
    ['(C42)', 'docs/requirements.md has no row C42'],
  ])('%s is found', (text, sentence) => {
    expect(missing(`/** first */\n/** ${text} */`)).toEqual([`packages/server/src/main.ts:2: ${sentence}`]);
  });

  it('is not one that is there', () => {
    expect(missing('(flows.md B1.5c, B3.3-5, row 8; gateway.md 3.1; S0-13, C35; docs/flows.md, "B. Rules")')).toEqual(
      [],
    );
  });
});
