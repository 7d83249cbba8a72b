import { expect, it } from 'vitest';
import { ImportNotes } from './import-notes.ts';

it('remembers the newest 50,000 ids, and forgets those that are twice as old', () => {
  const notes = new ImportNotes();
  for (let number = 0; number < 50_001; number += 1) expect(notes.isRepeat(`id ${number}`)).toBe(false);
  expect([notes.isRepeat('id 0'), notes.isRepeat('id 50000'), notes.report.repeated]).toEqual([true, true, 2]);
  for (let number = 50_001; number < 150_001; number += 1) notes.isRepeat(`id ${number}`);
  expect(notes.isRepeat('id 1')).toBe(false);
});
