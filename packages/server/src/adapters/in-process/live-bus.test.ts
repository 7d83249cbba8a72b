import { Writable } from 'node:stream';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { describeLiveBusContract } from '../../../test/contracts/live-bus.contract.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createInProcessLiveBus } from './live-bus.ts';

describeLiveBusContract('the in-process bus', async () => createInProcessLiveBus({ logger: silentLogger() }));

describe('the in-process bus', () => {
  it('reports the error of a listener with its subject', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const lines = new Writable({
      write: (line, _encoding, done) => {
        resolve(String(line));
        done();
      },
    });
    await using bus = createInProcessLiveBus({ logger: pino(lines) });
    await bus.subscribe('tally:demo', () => {
      throw new Error('a listener that fails on purpose');
    });
    bus.publish('tally:demo', {});
    const line = await promise;
    expect(line).toContain('tally:demo');
    expect(line).toContain('a listener that fails on purpose');
  });

  it('delivers what was published before its end', async () => {
    const seen: unknown[] = [];
    const bus = createInProcessLiveBus({ logger: silentLogger() });
    await bus.subscribe('a', (message) => seen.push(message));
    bus.publish('a', 1);
    await bus[Symbol.asyncDispose]();
    expect(seen).toEqual([1]);
  });
});
