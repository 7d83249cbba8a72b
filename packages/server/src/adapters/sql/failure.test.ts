import { expect, it } from 'vitest';
import { describeFailure } from './failure.ts';

it('has words for whatever WebAssembly throws', () => {
  expect(describeFailure({ name: 'ErrnoError', errno: 51 }).message).toBe('no space left on the disk');
  expect(describeFailure({ name: 'ErrnoError', errno: 69 }).message).toBe('the file system is read-only');
  expect(describeFailure({ name: 'ErrnoError', errno: 1_000 }).message).toBe('error 1000 of the file system');
  expect(describeFailure({ name: 'ExitStatus', message: 'Program terminated with exit(1)', status: 1 }).message).toBe(
    'Program terminated with exit(1)',
  );
  expect(describeFailure({ status: 7 }).message).toBe('it ended with status 7');
  for (const thrown of [{}, [], null, undefined, 'a text', 5]) {
    expect(describeFailure(thrown).message).not.toContain('[object');
  }
});
