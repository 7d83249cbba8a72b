import type { TestProject } from 'vitest/node';
import { openEngines, type OpenEngines } from './engine-list.ts';
import type { Engines } from './engines.ts';

let engines: OpenEngines | undefined;

export async function teardown(): Promise<void> {
  await engines?.[Symbol.asyncDispose]();
}

export async function setup(project: TestProject): Promise<void> {
  engines = await openEngines();
  const addresses = engines.list.map(({ address, spec }) => [spec.name, address] as const);
  // The list names every engine once.
  project.provide('engines', Object.fromEntries(addresses) as unknown as Engines);
}
