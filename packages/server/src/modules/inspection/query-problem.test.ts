import { describe, expect, it } from 'vitest';
import { queryProblem, refuseToChange } from './query-problem.ts';

const said = (code: string, message: string) => {
  const problem = queryProblem(Object.assign(new Error(message), { code }));
  return problem instanceof Error ? problem.message : '';
};

describe('a statement for ovation sql', () => {
  it.each([
    'select 1',
    '  VALUES (1)',
    '-- a note\nwith a as (select 1) select * from a',
    '(select 1)',
    '/* x */ table settings',
  ])('may read: %j', (text) => {
    expect(() => refuseToChange(text)).not.toThrow();
  });

  it.each(['delete from settings', 'update settings set x = 1', '-- select\ndrop table settings', 'selection', ''])(
    'that does not read gets one line before the database sees it: %j',
    (text) => {
      expect(() => refuseToChange(text)).toThrow('Only reading is possible here: write a SELECT');
    },
  );

  it('names what is not there, and where the names are', () => {
    expect(said('42P01', 'relation "momentz" does not exist')).toMatch(
      /^There is no table "momentz"\. The classic ones are/u,
    );
    expect(said('42703', 'column "rat" does not exist')).toMatch(/^There is no column "rat"; /u);
    expect(said('42703', 'column a.rat does not exist')).toMatch(/^There is no column a\.rat; /u);
    expect(said('0A000', 'WITH clause containing a data-modifying statement')).toMatch(
      /^Only reading is possible here/u,
    );
    expect(said('22012', 'division by zero')).toBe('division by zero');
  });

  it('keeps an outage, which is no fault of the statement', () => {
    for (const code of ['08006', '57P01', '53300']) {
      const outage = Object.assign(new Error('no connection'), { code });
      expect(queryProblem(outage)).toBe(outage);
    }
    expect(said('08P01', 'bind message supplies 1 parameters')).toBe('bind message supplies 1 parameters');
  });

  it('keeps errors that are not of the database', () => {
    const bug = new TypeError('a bug');
    expect(queryProblem(bug)).toBe(bug);
  });
});
