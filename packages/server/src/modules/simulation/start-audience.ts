import { DEMO_CHANNEL } from '@ovation/protocol';
import type { Channels } from '../channels/index.ts';
import type { Messages } from '../chat-activity/index.ts';
import type { Reactions } from '../reactions/index.ts';
import type { StartRun } from '../run.ts';
import { playAudience, startSimulation } from './index.ts';

const NOTHING: AsyncDisposable = { [Symbol.asyncDispose]: () => Promise.resolve() };

interface Needs {
  readonly channels: Channels;
  readonly reactions: Reactions;
  readonly 'chat-activity': Messages;
}

/** The demo audience, in its own channel. */
export const startAudience: StartRun<object, Needs> = async (_api, platform, needs) => {
  const { clock, config, eventLog, logger } = platform;
  const { simulator } = config;
  if (simulator === 'off') return NOTHING;
  const { channels, reactions, 'chat-activity': messages } = needs;
  await channels.ensure(DEMO_CHANNEL, 'owner');
  const seed = config.simulatorSeed ?? Math.floor(clock.now());
  const common = { eventLog, clock, logger, seed, topic: config.rawTopic, messages };
  return typeof simulator === 'number'
    ? playAudience({ ...common, viewers: simulator, count: (reaction) => reactions.count(reaction) })
    : startSimulation({ ...common, mode: simulator });
};
