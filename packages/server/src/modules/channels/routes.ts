import type { Route } from '../../http/route.ts';
import { broadcastRoutes } from './routes/broadcasts.ts';
import { channelRoutes } from './routes/channels.ts';
import { classicSettingsRoutes } from './routes/classic-settings.ts';
import type { ChannelDoors } from './routes/doors.ts';
import { internalRoutes } from './routes/internal.ts';
import { settingsRoutes } from './routes/settings.ts';

export const routes: readonly Route<ChannelDoors>[] = [
  ...channelRoutes,
  ...settingsRoutes,
  ...broadcastRoutes,
  ...classicSettingsRoutes,
  ...internalRoutes,
];
