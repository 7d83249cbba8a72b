import { DEMO_CHANNEL } from '@ovation/protocol';
import { createMessages } from '../modules/chat-activity/index.ts';
import { createReactions } from '../modules/reactions/index.ts';
import { playAudience, startSimulation } from '../modules/simulation/index.ts';
import type { StartRole } from './role.ts';

const NOTHING: AsyncDisposable = { [Symbol.asyncDispose]: () => Promise.resolve() };

/** The demo audience, in its own channel. */
export const startSimulator: StartRole = async (parts) => {
  const { config, channels, clock, eventLog, logger } = parts;
  const { simulator } = config;
  if (simulator === 'off') return NOTHING;
  await channels.ensure(DEMO_CHANNEL);
  const seed = config.simulatorSeed ?? Math.floor(clock.now());
  const reactions = createReactions({ ...parts, activityPartitions: parts.activity.partitions });
  const messages = createMessages({ clock, reactions });
  const common = { eventLog, clock, logger, seed, topic: config.rawTopic, messages };
  const playing =
    typeof simulator === 'number'
      ? playAudience({ ...common, viewers: simulator, count: (reaction) => reactions.count(reaction) })
      : startSimulation({ ...common, mode: simulator });
  return {
    async [Symbol.asyncDispose]() {
      await playing[Symbol.asyncDispose]();
      await reactions[Symbol.asyncDispose]();
    },
  };
};
