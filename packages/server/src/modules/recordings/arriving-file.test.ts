import { getEventListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { arrivingFile } from './arriving-file.ts';

function send() {
  const clock = createManualClock();
  const sender = new PassThrough();
  const gone = new AbortController();
  // Of a request it reads only what every stream has.
  const pieces = arrivingFile(sender as unknown as IncomingMessage, gone, clock);
  return { clock, sender, gone, pieces };
}

/** Sends so much every so often, and reads it. @returns seconds until it was cut off, at most `seconds` */
async function trickle(bytes: number, everyS: number, seconds: number): Promise<number> {
  const { clock, sender, pieces } = send();
  for (let second = 0; second < seconds; second += everyS) {
    const next = pieces.next();
    clock.advance(1_000 * everyS);
    sender.write(Buffer.alloc(bytes));
    try {
      await next;
    } catch (error) {
      expect(error).toMatchObject({ kind: 'unreadable' });
      return second + everyS;
    }
  }
  return seconds;
}

describe('a file that comes in', () => {
  it('is handed on as it came, and ends with its sender', async () => {
    const { sender, pieces } = send();
    const next = pieces.next();
    sender.end('one');
    expect(String((await next).value)).toBe('one');
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
    const other = send();
    const failing = other.pieces.next();
    other.sender.destroy();
    await expect(failing).rejects.toThrow('The sender has gone');
  });

  it('is given up when nothing comes for half a minute', async () => {
    const { clock, pieces } = send();
    const next = pieces.next();
    clock.advance(30_000);
    await expect(next).rejects.toThrow('Nothing of the file came in for 30 seconds');
  });

  it('may take its time, but not hold the place with a byte now and then', async () => {
    expect(await trickle(50_000, 10, 600)).toBe(600);
    expect(await trickle(4_096, 1, 600)).toBe(600);
    expect(await trickle(1, 10, 600)).toBeLessThanOrEqual(40);
    expect(await trickle(1_000, 1, 600)).toBeLessThanOrEqual(50);
  });

  it('leaves nothing at the signal, however many pieces it has', async () => {
    const { sender, gone, pieces } = send();
    for (let piece = 0; piece < 100; piece += 1) {
      const next = pieces.next();
      sender.write('x');
      await next;
    }
    expect(getEventListeners(gone.signal, 'abort')).toHaveLength(0);
  });
});
