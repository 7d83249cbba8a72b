import { DEMO_CHANNEL } from '@ovation/protocol';
import { startSimulation } from '../modules/simulation/index.ts';
import type { StartRole } from './role.ts';

const NOTHING: AsyncDisposable = { [Symbol.asyncDispose]: () => Promise.resolve() };

/** The demo audience, in its own channel. */
export const startSimulator: StartRole = async ({ config, channels, clock, eventLog, log }) => {
  if (config.simulator === 'off') return NOTHING;
  await channels.ensure(DEMO_CHANNEL);
  const seed = config.simulatorSeed ?? Math.floor(clock.now());
  return startSimulation({ eventLog, clock, log, mode: config.simulator, seed, topic: config.rawTopic });
};
