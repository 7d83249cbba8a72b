import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type BatchPlace, Lane, type Message, type Piece, piecesOf } from './lane.ts';

/** A lane whose batches are answered by the test. */
function laneOf() {
  const sent: string[][] = [];
  const answers: PromiseWithResolvers<BatchPlace>[] = [];
  const lane = new Lane((messages) => {
    sent.push(messages.map(({ value }) => String(value)));
    const answer = Promise.withResolvers<BatchPlace>();
    answers.push(answer);
    return answer.promise;
  });
  return { lane, sent, answers };
}

function pieceOf(value: string, bytes = 1) {
  const settled = Promise.withResolvers<number>();
  settled.promise.catch(() => undefined);
  const message: Message = { topic: 't', value: Buffer.from(value) };
  const piece: Piece = {
    messages: [message],
    bytes,
    appended: ({ offset }) => settled.resolve(offset),
    failed: (error) => settled.reject(error),
  };
  return { piece, offset: settled.promise };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

it('sends together what comes in one turn, and what comes while a batch is under way', async () => {
  const { lane, sent, answers } = laneOf();
  const pieces = ['a', 'b', 'c', 'd'].map((value) => pieceOf(value));
  for (const { piece } of pieces.slice(0, 2)) lane.add(piece);
  await turns();
  for (const { piece } of pieces.slice(2)) lane.add(piece);
  await turns();
  expect(sent).toEqual([['a', 'b']]);
  answers[0]?.resolve({ offset: 5, appendedAt: 0 });
  await turns();
  expect(sent).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  answers[1]?.resolve({ offset: 9, appendedAt: 0 });
  expect(await Promise.all(pieces.map(({ offset }) => offset))).toEqual([5, 6, 9, 10]);
  await lane.idle();
});

it('tells the pieces of a refused batch and goes on with the next', async () => {
  const { lane, answers } = laneOf();
  const [first, second] = [pieceOf('a'), pieceOf('b')];
  lane.add(first.piece);
  await turns();
  lane.add(second.piece);
  answers[0]?.reject(new Error('refused'));
  await expect(first.offset).rejects.toThrow('refused');
  await turns();
  answers[1]?.resolve({ offset: 1, appendedAt: 0 });
  expect(await second.offset).toBe(1);
});

it('does not send what was withdrawn in time', async () => {
  const { lane, sent, answers } = laneOf();
  const [first, second] = [pieceOf('a'), pieceOf('b')];
  lane.add(first.piece);
  await turns();
  lane.add(second.piece);
  lane.withdraw(new Set([first.piece, second.piece]));
  answers[0]?.resolve({ offset: 0, appendedAt: 0 });
  expect(await first.offset).toBe(0);
  await lane.idle();
  expect(sent).toEqual([['a']]);
});

it('cuts batches and calls where the broker would refuse them', async () => {
  const { lane, sent, answers } = laneOf();
  const pieces = [600_000, 600_000, 2_000_000].map((bytes, n) => pieceOf(`${n}`, bytes));
  for (const { piece } of pieces) lane.add(piece);
  for (let n = 0; n < pieces.length; n++) {
    await turns();
    answers[n]?.resolve({ offset: n, appendedAt: 0 });
  }
  await lane.idle();
  expect(sent).toEqual([['0'], ['1'], ['2']]);
  const message: Message = { topic: 't', value: Buffer.from('x') };
  const cut = [...piecesOf([400_000, 400_000, 400_000, 1_048_576].map((bytes) => ({ message, bytes })))];
  expect(cut.map(({ messages }) => messages.length)).toEqual([2, 1, 1]);
});
