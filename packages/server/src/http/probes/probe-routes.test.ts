import { DEFAULT_SETTINGS } from '@ovation/protocol';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EventLogError } from '../../ports/event-log.ts';
import { fakeDatabase, type FakeParts, fakeParts, serveFakes } from '../../../test/support/http-fakes.ts';
import { streamMetrics } from '../../stream/metrics.ts';

let app: FastifyInstance | undefined;
let fake: ReturnType<typeof fakeParts>;

async function serve(changes: Partial<FakeParts> = {}): Promise<FastifyInstance> {
  fake = fakeParts(changes);
  app = await serveFakes(fake.parts);
  return app;
}

afterEach(() => app?.close());

const never = <T>() => new Promise<T>(() => {});

describe('GET /health', () => {
  it('holds both classic bodies (S0-35, S2-47, C11)', async () => {
    const answer = await (await serve()).inject('/health');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      status: 'healthy',
      timestamp: '2026-01-01T00:00:00.000Z',
      kafka: 'connected',
      messageCount: 42,
      websocketConnections: 7,
      settings: DEFAULT_SETTINGS,
      services: { kafka: 'healthy', database: 'healthy', websocket: 'healthy' },
    });
  });

  it('is 503 and names the database that is down, with the settings that were in force (S2-47, C34)', async () => {
    let isDown = false;
    const ping = () => (isDown ? Promise.reject(new Error('gone')) : Promise.resolve());
    const { channels } = fakeParts().parts;
    const settings = () => (isDown ? Promise.reject(new Error('gone')) : channels.settings('default'));
    const server = await serve({ database: fakeDatabase({ ping }), channels: { ...channels, settings } });
    await server.inject('/health');
    isDown = true;
    const answer = await server.inject('/health');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({
      status: 'unhealthy',
      kafka: 'connected',
      settings: { interval: 30 },
      services: { kafka: 'healthy', database: 'unhealthy', websocket: 'healthy' },
    });
  });

  it('does not wait for a log that hangs (C34)', async () => {
    const { eventLog } = fakeParts().parts;
    const server = await serve({ eventLog: { ...eventLog, endOffsets: () => never<number[]>() } });
    let answer: LightMyRequestResponse | undefined;
    void server.inject('/health').then((response) => {
      answer = response;
    });
    await vi.waitFor(
      () => {
        fake.clock.advance(1000);
        expect(answer).toBeDefined();
      },
      { timeout: 200_000 },
    );
    expect(answer?.json()).toMatchObject({ kafka: 'disconnected', services: { kafka: 'unhealthy' } });
  });

  it('says so when the gateway is not well', async () => {
    const gatewayConnections = () => {
      throw new Error('stopped');
    };
    const answer = await (await serve({ gatewayConnections })).inject('/health');
    expect([answer.statusCode, answer.json().services.websocket]).toEqual([503, 'unhealthy']);
  });
});

describe('probes of orchestrators', () => {
  it('/live answers whatever is down, /ready says what is (C34)', async () => {
    const ping = () => Promise.reject(new Error('gone'));
    const server = await serve({ database: fakeDatabase({ ping }) });
    expect((await server.inject('/live')).statusCode).toBe(200);
    const ready = await server.inject('/ready');
    expect([ready.statusCode, ready.json()]).toEqual([
      503,
      { status: 'not ready', reasons: ['the database does not answer'] },
    ]);
  });

  it('/ready says no after the disk refused a write, while reads go on, and yes again later', async () => {
    const { channels } = fakeParts().parts;
    const changeSettings = () => Promise.reject(new EventLogError('disk_full', 'no space left'));
    const full = Object.assign(new Error('could not extend file'), { code: '53100' });
    const ensure = () => Promise.reject(full);
    const server = await serve({ channels: { ...channels, changeSettings, ensure } });
    const path = '/api/v1/channels/default/settings';
    const refused = await server.inject({ method: 'PUT', url: path, payload: { interval: 5 } });
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().error]).toMatchObject([
      503,
      '10',
      { code: 'disk_full', message: 'The disk of the server is full: nothing was stored; reading goes on' },
    ]);
    const ready = await server.inject('/ready');
    expect([ready.statusCode, ready.json().reasons]).toEqual([503, ['the disk is full']]);
    expect((await server.inject(path)).statusCode).toBe(200);
    expect((await server.inject('/api/v1/channels/default/moments')).statusCode).toBe(200);
    fake.clock.advance(10_000);
    expect((await server.inject('/ready')).statusCode).toBe(200);
    // The database says it in its own way.
    const created = await server.inject({ method: 'POST', url: '/api/v1/channels', payload: { name: 'new' } });
    expect([created.statusCode, created.json().error.code]).toEqual([503, 'disk_full']);
    const classic = await server.inject({ method: 'PUT', url: '/settings/interval', payload: { interval: 5 } });
    expect([classic.statusCode, classic.json()]).toEqual([503, { error: refused.json().error.message }]);
  });

  it('/ready says no before the disk is full, and does not wait for who cannot tell', async () => {
    const server = await serve({ hasRoom: () => Promise.resolve(false) });
    expect((await server.inject('/ready')).json().reasons).toEqual(['the disk is full']);
    const unknown = await serve({ hasRoom: () => Promise.reject(new Error('no such folder')) });
    expect((await unknown.inject('/ready')).statusCode).toBe(200);
  });

  it('/ready and /health name a partition that is not analysed, which orchestrators do not restart for (D1)', async () => {
    const reason = 'partition 3 of activity is not analysed: no progress for 12 s';
    const server = await serve({ standstills: () => [reason] });
    const ready = await server.inject('/ready');
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'not ready', reasons: [reason] }]);
    const health = await server.inject('/health');
    expect([health.statusCode, health.json()]).toMatchObject([
      503,
      { status: 'unhealthy', services: { kafka: 'healthy', database: 'healthy' }, reasons: [reason] },
    ]);
    expect((await server.inject('/live')).statusCode).toBe(200);
  });

  it('/ready turns away while the process is stopping', async () => {
    let isDraining = false;
    const server = await serve({ isDraining: () => isDraining });
    expect((await server.inject('/ready')).statusCode).toBe(200);
    isDraining = true;
    expect((await server.inject('/ready')).json().reasons).toEqual(['the process is stopping']);
  });

  it('/metrics speaks Prometheus (S2-30, S0-44, C12)', async () => {
    const server = await serve();
    streamMetrics(fake.parts.metrics).emotesProcessed.inc(3);
    const answer = await server.inject('/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).toContain('emotes_processed_total 3');
    expect(answer.body).toContain('# TYPE significant_moments_detected gauge');
    expect(answer.body).toContain('# TYPE processing_latency_seconds histogram');
  });
});
