import { readFileSync } from 'node:fs';
import type { ClientFrame, ServerFrame } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { createConnection } from './connection.ts';

declare module './index.ts' {
  interface FeedKinds {
    /** what the README shows for a server with more kinds */
    exampleRoom: { event: { y: 'said'; d: { text: string } }; snapshot: { topic: string } };
  }
}

/**
 * A fixture for the compiler: each line below an `@ts-expect-error` must not compile, or `npm run check:types` fails with
 * "Unused '@ts-expect-error' directive". What runs here is only that the lines are looked at, and how strictly.
 */
const config = JSON.parse(readFileSync(new URL('../../../tsconfig.json', import.meta.url), 'utf8')) as {
  compilerOptions: Record<string, unknown>;
  include: string[];
};

describe('events and frames', () => {
  it('are compiled strictly, these lines too (S4-07)', () => {
    expect(config.compilerOptions).toMatchObject({
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      module: 'NodeNext',
    });
    expect(config.include).toContain('packages/*/src');
    // @ts-expect-error what an index finds may be missing
    const first: string = ['a'][0];
    // @ts-expect-error a field that may be left out may not be undefined
    const refusal: ServerFrame = { k: 'err', code: 100, msg: 'no', after: undefined };
    expect([first, refusal]).toHaveLength(2);
  });

  it('have the same types for who writes them and who reads them (S4-07)', () => {
    const right: ClientFrame = { op: 'react', c: 0, e: '🔥', n: 2 };
    // @ts-expect-error a number, not a text
    const wrongClient: ClientFrame = { op: 'react', c: 0, e: '🔥', n: '2' };
    // @ts-expect-error there is no such op
    const noClient: ClientFrame = { op: 'shout', c: 0 };
    // @ts-expect-error a snapshot is an object, not a text with JSON in it
    const wrongServer: ServerFrame = { k: 'ok', id: 1, sub: { c: 0, e: 'e', o: 0, recovered: false, snap: '{}' } };
    // @ts-expect-error events carry what their kind says
    const wrongEvent: ServerFrame = { k: 'ev', c: 0, o: 1, t: 0, y: 'moment', d: { seq: 1, at: '' } };
    expect([right, wrongClient, noClient, wrongServer, wrongEvent]).toHaveLength(5);
  });

  it('reach listeners as what they are (S4-07)', () => {
    using connection = createConnection({ url: 'ws://localhost/ws', lazy: true });
    const channel = connection.channel('demo');
    const unused = () => {
      channel.on('moment', ({ count, windowStart }) => `${count.toFixed(0)} ${windowStart.slice(0, 4)}`);
      // @ts-expect-error a count is a number
      channel.on('moment', ({ count }) => count.slice(0, 1));
      // @ts-expect-error settings have no ratio
      channel.on('settings', ({ ratio }) => ratio);
      // @ts-expect-error there is no such kind
      channel.on('applause', () => undefined);
      // @ts-expect-error an emote is a text
      channel.react(5);
    };
    expect(unused).toBeTypeOf('function');
  });

  it('of feeds have the types that their names promise', () => {
    using connection = createConnection({ url: 'ws://localhost/ws', lazy: true });
    const unused = (name: string) => {
      const channel = connection.feed('channel:demo');
      channel.on('moment', ({ count }) => count.toFixed(0));
      channel.onEvent((event) => event.y === 'broadcast' && event.d.title.slice(0, 1));
      channel.onGap(({ moments }) => moments.length);
      // @ts-expect-error settings have no ratio
      channel.on('settings', ({ ratio }) => ratio);
      // @ts-expect-error there is no such kind
      channel.on('applause', () => undefined);
      // @ts-expect-error a snapshot may not be there yet
      const { occ } = channel.get().snapshot;
      // What a feed of another kind carries is not known here.
      connection.feed(name).on('anything', (value: unknown) => value);
      // @ts-expect-error so it has to be looked at first
      connection.feed('room:lobby').on('said', ({ text }) => text);
      const room = connection.feed('exampleRoom:lobby');
      room.on('said', ({ text }) => text.slice(0, 1));
      room.onGap(({ topic }) => topic.slice(0, 1));
      // @ts-expect-error it is a text
      room.on('said', ({ text }) => text.toFixed(0));
      return occ;
    };
    expect(unused).toBeTypeOf('function');
  });
});
