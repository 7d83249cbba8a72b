/** Where the house breaks its rules, with the figures of today. They may only shrink: scripts/house.ts refuses more. */
export const exceptions = {
  /** files in a folder */
  folders: {
    'packages/formats/src/reading': 27,
    'packages/web/src/viewer': 30,
  },
  /** collaborators of an exported function or constructor */
  collaborators: {
    'packages/client/src/link.ts#createLink': 8,
    'packages/server/src/gateway/doors/classic-door.ts#ClassicSession': 7,
    'packages/server/src/gateway/doors/native-door.ts#NativeSession': 10,
    'packages/server/src/gateway/index.ts#createGateway': 11,
    'packages/server/src/gateway/rooms/hub.ts#Hub': 11,
    'packages/server/src/gateway/rooms/room.ts#Room': 11,
    // One route, as its module declares it: five schemas, an example, a handler.
    'packages/server/src/http/openapi/describe-route.ts#describeRoute': 9,
    'packages/server/src/http/register-routes.ts#registerRoutes': 8,
    'packages/server/src/live-feeds/live-feed.ts#LiveFeeds': 7,
    'packages/server/src/stream/bridge.ts#runBridge': 7,
  },
  /** imports of modules in a file of an engine */
  moduleImports: {
    'packages/server/src/gateway/doors/classic-door.ts': 1,
    'packages/server/src/gateway/doors/native-door.ts': 1,
    'packages/server/src/gateway/index.ts': 2,
    'packages/server/src/gateway/rooms/room-pulse.ts': 1,
  },
};
