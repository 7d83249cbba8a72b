import { liveRoutes } from '../gateway/doors/live-routes.ts';
import type { Gateway } from '../gateway/index.ts';
import { bindRoutes, type BoundRoute } from '../http/index.ts';
import type { Channels } from '../modules/channels/index.ts';
import { routes as channelRoutes } from '../modules/channels/routes.ts';
import type { Messages } from '../modules/chat-activity/index.ts';
import { routes as messageRoutes } from '../modules/chat-activity/routes.ts';
import type { DeadLetterBox } from '../modules/dead-letters/index.ts';
import { routes as deadLetterRoutes } from '../modules/dead-letters/routes.ts';
import { routes as inspectionRoutes } from '../modules/inspection/routes.ts';
import type { Moments } from '../modules/moments/index.ts';
import { routes as momentRoutes } from '../modules/moments/routes.ts';
import type { Platform } from '../modules/platform.ts';
import type { Reactions } from '../modules/reactions/index.ts';
import { routes as reactionRoutes } from '../modules/reactions/routes.ts';
import type { Recordings } from '../modules/recordings/index.ts';
import { routes as recordingRoutes } from '../modules/recordings/routes.ts';

/** APIs of the modules by their names, the gateway of this process, and what all modules share. */
export interface RouteDoors {
  readonly channels: Channels;
  readonly moments: Pick<Moments, 'page' | 'preview'>;
  readonly reactions: Pick<Reactions, 'append'>;
  readonly 'chat-activity': Pick<Messages, 'append'>;
  readonly recordings: Recordings;
  readonly 'dead-letters': DeadLetterBox;
  readonly gateway: Pick<Gateway, 'stream' | 'poll'> | undefined;
  readonly platform: Pick<Platform, 'database' | 'eventLog' | 'logger'> & {
    readonly config: { readonly rawTopic: string };
  };
}

/** The routes of every module, each list with what its handlers work on. */
export function bindAllRoutes(doors: RouteDoors): BoundRoute[] {
  return [
    ...bindRoutes(channelRoutes, doors),
    ...bindRoutes(momentRoutes, doors),
    ...bindRoutes(reactionRoutes, doors),
    ...bindRoutes(messageRoutes, doors),
    ...bindRoutes(recordingRoutes, doors),
    ...bindRoutes(liveRoutes, doors),
    ...bindRoutes(deadLetterRoutes, doors),
    ...bindRoutes(inspectionRoutes, doors),
  ];
}
