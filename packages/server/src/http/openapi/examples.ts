import { DEFAULT_CHANNEL } from '@ovation/protocol';

/** Of path parameters, by name. */
export const PARAMETER_EXAMPLES: Readonly<Record<string, string>> = { channel: DEFAULT_CHANNEL, broadcast: 'current' };

/** A body that works for each operation that has one, by method and path. `NOW` stands for the
 * time when it is sent: an old instant would count in a window that is long closed. */
export const BODY_EXAMPLES: Readonly<Record<string, unknown>> = {
  'POST /api/v1/channels': { name: 'myshow' },
  'PUT /api/v1/channels/:channel/settings': { interval: 30, threshold: 0.3, allowedEmotes: ['🔥', '👍'] },
  'PATCH /api/v1/channels/:channel/settings': { interval: 50 },
  'POST /api/v1/channels/:channel/settings/preview': { threshold: 0.5 },
  'POST /api/v1/channels/:channel/reactions': {
    reactions: [
      { id: 'viewer7-1', emote: '🔥', occurredAt: 'NOW' },
      { id: 'viewer7-2', emote: '👍', occurredAt: 'NOW' },
    ],
  },
  'POST /api/v1/channels/:channel/messages': {
    messages: [
      { id: 'chat-1', author: 'viewer7', text: 'what a goal LUL', occurredAt: 'NOW', emotes: [{ emote: 'LUL' }] },
      { id: 'chat-2', author: 'viewer8', text: 'again!!', occurredAt: 'NOW' },
    ],
  },
  'POST /api/v1/analyses': [
    { time: 61.5, user: 'viewer7', text: 'what a goal' },
    { time: 62, user: 'viewer8', text: 'GOAL' },
  ],
  'POST /api/v1/channels/:channel/broadcasts': { title: 'Friday evening' },
};
