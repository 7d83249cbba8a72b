import { expect, it } from 'vitest';
import { connectionsThatFit } from './file-descriptors.ts';

it.each([
  ['Max open files            256                  256                  files', 150, 82, 62],
  ['Max open files            1048576              1048576              files', 150, 1_048_402, 1_048_338],
  ['Max open files            60                   60                   files', 150, 16, 12],
  ['Max open files            unlimited            unlimited            files', 150, 100_000, 99_936],
  [undefined, 0, 100_000, 99_936],
])('of %s with %i open there is room for %i connections, %i of them of viewers', (limits, open, all, viewers) => {
  expect(connectionsThatFit(limits, open)).toEqual({ all, viewers });
});
