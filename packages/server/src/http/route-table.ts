/** What a route is for; with it limits/choose-policy.ts finds its rate limit (ruling C36). */
export type RouteClass = 'classic' | 'ingest' | 'probe' | 'api' | 'internal' | 'live' | 'web';

export interface RouteEntry {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly class: RouteClass;
  /** needed unless the server is in open mode */
  readonly permission?: string;
  readonly summary: string;
}

const settings = 'update:settings';

/**
 * Every route. A test compares it with what is registered and with docs/reference/http.md, and the test of the doors
 * asks for a generator for each. `HEAD` follows each `GET`.
 */
export const routeTable: readonly RouteEntry[] = [
  { method: 'GET', path: '/settings/interval', class: 'classic', summary: 'How many reactions between judgements' },
  {
    method: 'PUT',
    path: '/settings/interval',
    class: 'classic',
    permission: settings,
    summary: 'Change it: 1 to 1000',
  },
  { method: 'GET', path: '/settings/threshold', class: 'classic', summary: 'The share above which a moment is one' },
  {
    method: 'PUT',
    path: '/settings/threshold',
    class: 'classic',
    permission: settings,
    summary: 'Change it: between 0 and 1',
  },
  { method: 'GET', path: '/settings/allowed-emotes', class: 'classic', summary: 'The emotes that count' },
  { method: 'PUT', path: '/settings/allowed-emotes', class: 'classic', permission: settings, summary: 'Change them' },
  { method: 'POST', path: '/emotes', class: 'ingest', summary: 'One reaction, to the topic raw-emote-data' },
  {
    method: 'GET',
    path: '/moments',
    class: 'classic',
    permission: 'read:moments',
    summary: "The latest moments of the token's channel",
  },
  { method: 'GET', path: '/health', class: 'probe', summary: 'What is up and what is down, for people' },
  { method: 'GET', path: '/live', class: 'probe', summary: 'Whether the process answers, for orchestrators' },
  { method: 'GET', path: '/ready', class: 'probe', summary: 'Whether to send traffic here, for orchestrators' },
  { method: 'GET', path: '/metrics', class: 'probe', summary: 'Prometheus text' },
  { method: 'GET', path: '/sse', class: 'live', summary: "A channel's events as a stream" },
  { method: 'GET', path: '/api/v1/channels', class: 'api', summary: 'All channels, by name' },
  { method: 'POST', path: '/api/v1/channels', class: 'api', permission: settings, summary: 'Create a channel' },
  { method: 'GET', path: '/api/v1/channels/:channel', class: 'api', summary: 'One channel and its live broadcast' },
  {
    method: 'GET',
    path: '/api/v1/channels/:channel/settings',
    class: 'api',
    summary: 'Its settings and their version',
  },
  {
    method: 'PUT',
    path: '/api/v1/channels/:channel/settings',
    class: 'api',
    permission: settings,
    summary: 'Change the fields that are given',
  },
  {
    method: 'PATCH',
    path: '/api/v1/channels/:channel/settings',
    class: 'api',
    permission: settings,
    summary: 'The same as PUT',
  },
  {
    method: 'POST',
    path: '/api/v1/channels/:channel/settings/preview',
    class: 'api',
    summary: 'What settings would have given over the last hour',
  },
  {
    method: 'GET',
    path: '/api/v1/channels/:channel/moments',
    class: 'api',
    summary: 'Its moments, latest window first, in pages',
  },
  {
    method: 'POST',
    path: '/api/v1/channels/:channel/reactions',
    class: 'ingest',
    summary: 'A batch of reactions with ids',
  },
  {
    method: 'POST',
    path: '/api/v1/channels/:channel/messages',
    class: 'ingest',
    permission: settings,
    summary: 'A batch of chat messages with ids; their emotes are reactions',
  },
  {
    method: 'GET',
    path: '/api/v1/channels/:channel/broadcasts',
    class: 'api',
    summary: 'Its broadcasts, newest first, in pages',
  },
  {
    method: 'GET',
    path: '/api/v1/channels/:channel/broadcasts/:broadcast',
    class: 'api',
    summary: 'One broadcast',
  },
  {
    method: 'GET',
    path: '/api/v1/channels/:channel/broadcasts/current',
    class: 'api',
    summary: 'The live broadcast',
  },
  {
    method: 'POST',
    path: '/api/v1/channels/:channel/broadcasts',
    class: 'api',
    permission: settings,
    summary: 'Start a broadcast',
  },
  {
    method: 'DELETE',
    path: '/api/v1/channels/:channel/broadcasts/current',
    class: 'api',
    permission: settings,
    summary: 'End the live broadcast',
  },
  {
    method: 'GET',
    path: '/api/v1/channels/:channel/events',
    class: 'live',
    summary: 'What happened since a position, or the first thing that happens',
  },
  { method: 'POST', path: '/api/v1/analyses', class: 'api', summary: 'The best moments of a chat log that is sent' },
  { method: 'GET', path: '/api/v1/openapi.json', class: 'api', summary: 'The OpenAPI 3.1 document of this API' },
  { method: 'GET', path: '/api/docs', class: 'api', summary: 'A page that lists the operations and tries them' },
  { method: 'GET', path: '/api/docs/page.js', class: 'api', summary: 'The script of that page' },
  { method: 'GET', path: '/api/docs/page.css', class: 'api', summary: 'The style of that page' },
  {
    method: 'POST',
    path: '/internal/sql',
    class: 'internal',
    summary: 'One reading SQL statement, for the owner of the data folder',
  },
  {
    method: 'GET',
    path: '/internal/log',
    class: 'internal',
    summary: 'Records of a topic, for the owner of the data folder',
  },
  {
    method: 'GET',
    path: '/internal/dead-letters',
    class: 'internal',
    summary: 'Records that were set aside, newest first',
  },
  {
    method: 'POST',
    path: '/internal/dead-letters/replay',
    class: 'internal',
    summary: 'Send one or all of them back to their topics, once',
  },
  { method: 'GET', path: '/*', class: 'web', summary: 'The web page and its files' },
];
