import { describe, expect, it } from 'vitest';
import { createApi } from './api.ts';

const SETTINGS = { interval: 10, threshold: 0.4, allowedEmotes: ['🔥'] };

function answering(status: number, body: string) {
  const calls: { url: string; init: RequestInit }[] = [];
  const fake: typeof fetch = async (url, init) => {
    // The api only ever passes texts.
    calls.push({ url: url as string, init: init ?? {} });
    return new Response(body, { status });
  };
  return { calls, fetch: fake };
}

describe('api', () => {
  it('unwraps lists and sends the token of the moment', async () => {
    const { calls, fetch } = answering(200, '{"data":[{"name":"demo","createdAt":"","live":null}]}');
    const api = createApi({ fetch, token: () => 'secret' });
    expect(await api.channels()).toEqual({ ok: true, value: [{ name: 'demo', createdAt: '', live: null }] });
    expect(calls[0]?.url).toBe('/api/v1/channels');
    expect(new Headers(calls[0]?.init.headers).get('authorization')).toBe('Bearer secret');
  });

  it('puts settings as JSON and escapes the name of the channel', async () => {
    const { calls, fetch } = answering(200, '{"interval":10,"threshold":0.4,"allowedEmotes":["🔥"],"version":3}');
    const answer = await createApi({ fetch }).saveSettings('a/b', SETTINGS);
    expect(answer).toMatchObject({ ok: true, value: { version: 3 } });
    expect(calls[0]?.url).toBe('/api/v1/channels/a%2Fb/settings');
    expect(calls[0]?.init).toMatchObject({ method: 'PUT', body: JSON.stringify(SETTINGS) });
  });

  it('has a sentence for what a proxy answers in the place of the server', async () => {
    for (const [status, message] of [
      [502, 'A proxy on the way got no answer from the server; try again'],
      [504, 'A proxy on the way waited too long for the server; try again'],
    ] as const) {
      const { fetch } = answering(status, '<html>Bad Gateway</html>');
      expect(await createApi({ fetch }).channels()).toEqual({ ok: false, status, message, details: [] });
    }
  });

  it('hands on the fields that the envelope names', async () => {
    const details = [{ field: 'interval', reason: 'Interval too large' }];
    const { fetch } = answering(400, JSON.stringify({ error: { code: 'validation_failed', message: 'no', details } }));
    expect(await createApi({ fetch }).saveSettings('demo', SETTINGS)).toEqual({
      ok: false,
      status: 400,
      message: 'no',
      details,
    });
  });

  it('answers with status 0 when nothing came back, and survives bodies that are not JSON', async () => {
    const broken: typeof fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    expect(await createApi({ fetch: broken }).channels()).toMatchObject({ ok: false, status: 0 });
    const { fetch } = answering(502, '<h1>Bad gateway</h1>');
    expect(await createApi({ fetch }).channels()).toMatchObject({ ok: false, status: 502, details: [] });
  });
});
