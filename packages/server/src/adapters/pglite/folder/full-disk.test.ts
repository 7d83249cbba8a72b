import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createManualClock } from '../../../../test/support/manual-clock.ts';
import { silentLogger } from '../../../telemetry/logger.ts';
import { Durability, type DurabilityParts } from './durability.ts';

it('asks for no checkpoint while the disk is full, and for one when it has room again', async () => {
  const dumpFolder = await mkdtemp(path.join(tmpdir(), 'ovation-full-disk-'));
  onTestFinished(() => rm(dumpFolder, { recursive: true }));
  const clock = createManualClock();
  const asked: string[] = [];
  const request: DurabilityParts['link']['request'] = (command) => {
    asked.push(command.kind);
    return Promise.resolve(0 as never);
  };
  let isFull = true;
  let looks = 0;
  const hasRoom = () => {
    looks += 1;
    return Promise.resolve(!isFull);
  };
  const parts = { link: { request }, clock, logger: silentLogger(), dumpFolder, hasRoom };
  await using _durability = await Durability.start(parts);
  await vi.waitFor(() => {
    clock.advance(60_000);
    expect(looks).toBeGreaterThan(3);
  });
  expect(asked).toEqual([]);
  isFull = false;
  await vi.waitFor(() => {
    clock.advance(60_000);
    expect(asked[0]).toBe('sync');
  });
});
