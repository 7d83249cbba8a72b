import type { PGlite } from '@electric-sql/pglite';
import { expect, it } from 'vitest';
import { VacuumTurn } from './vacuum-turn.ts';

/** Estimated at 0.02 ms a page: 200 ms. */
const LARGE_PAGES = 10_000;

function database(tables: Map<string, number>) {
  const vacuumed: string[] = [];
  const pglite = {
    async query(text: string) {
      const [, name] = /^vacuum .* (\w+)$/.exec(text) ?? [];
      if (name === undefined) {
        return { rows: [...tables].map(([table, heap]) => ({ name: table, dead: 1_000, heap, indexes: 0 })) };
      }
      vacuumed.push(name);
      tables.delete(name);
      return { rows: [] };
    },
  };
  // A turn asks for no more.
  return { turn: new VacuumTurn(pglite as unknown as PGlite), vacuumed };
}

it('a table that takes long is left for a while and then may take longer: none is left for ever', async () => {
  const tables = new Map([['large', LARGE_PAGES]]);
  const { turn, vacuumed } = database(tables);
  const outcomes: (boolean | undefined)[] = [];
  for (let n = 0; n < 130 && vacuumed.length === 0; n += 1) outcomes.push((await turn.run())?.isPostponed);
  expect(vacuumed).toEqual(['large']);
  // At 100 ms, at 150 ms, and done at 225 ms; nothing in between.
  expect(outcomes.flatMap((outcome, at) => (outcome === undefined ? [] : [[at, outcome]]))).toEqual([
    [0, true],
    [60, true],
    [120, false],
  ]);
});

it('meanwhile the others are vacuumed', async () => {
  const tables = new Map([
    ['large', LARGE_PAGES],
    ['small', 10],
  ]);
  const { turn, vacuumed } = database(tables);
  await turn.run();
  await turn.run();
  expect(vacuumed).toEqual(['small']);
});
