import { describe, expect, it } from 'vitest';
import { checkTokens } from './check-tokens.ts';

describe('token check', () => {
  it.each([
    ['color: #b3261e;', 'a raw colour'],
    ['background: oklch(0.5 0.1 20);', 'a raw colour'],
    ['fill: rgb(1 2 3);', 'a raw colour'],
    ['padding: 13px;', 'a raw length'],
    ['width: 1.5rem;', 'a raw length'],
    ['<p className="w-[13px]" />', 'an arbitrary Tailwind value'],
    ['<p className="bg-zinc-900" />', "a colour of Tailwind's own palette"],
  ])('refuses %s', (line, rule) => {
    expect(checkTokens('a.css', line).map((problem) => problem.rule)).toContain(rule);
  });

  it.each(['color: var(--color-ink);', '<p className="bg-paper px-4 text-sm" />', 'href="#root"', 'a && b[0]'])(
    'lets %s pass',
    (line) => {
      expect(checkTokens('a.tsx', line)).toEqual([]);
    },
  );
});
