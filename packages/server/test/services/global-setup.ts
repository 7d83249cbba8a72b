import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { ENGINES } from './engine-list.ts';
import type { Engines } from './engines.ts';

let stop: () => Promise<void> = async () => undefined;

export function teardown(): Promise<void> {
  return stop();
}

/** Starts the engines side by side. */
export async function setup(project: TestProject): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-cluster-'));
  // PostgreSQL runs as a user of its own, which must be able to pass.
  await chmod(folder, 0o755);
  const started: AsyncDisposable[] = [];
  stop = async () => {
    await Promise.all(started.map((service) => service[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const opening = ENGINES.map(async ({ name, variable, start }) => {
      const given = process.env[variable];
      if (given) return [name, given] as const;
      const service = await start(path.join(folder, name));
      started.push(service);
      return [name, service.address] as const;
    });
    const outcomes = await Promise.allSettled(opening);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    const addresses = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    // The list names every engine once.
    project.provide('engines', Object.fromEntries(addresses) as unknown as Engines);
  } catch (error) {
    await stop();
    throw error;
  }
}
