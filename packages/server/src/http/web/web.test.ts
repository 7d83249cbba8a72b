import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compressFiles } from '../../../../../scripts/compress-files.ts';
import { fakeParts, serveFakes } from '../../../test/support/http-fakes.ts';

let folder: string;
let app: FastifyInstance;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ovation-web-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>the page</title><script src="./assets/app-1a2b3c.js"></script>',
  );
  writeFileSync(join(folder, 'assets', 'app-1a2b3c.js'), 'export {};');
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => app.close());

async function get(url: string, accept = '*/*') {
  return app.inject({ url, headers: { accept } });
}

describe('the built page', () => {
  it('is fresh, its hashed files are kept for ever', async () => {
    app = await serveFakes(fakeParts({ webFolder: folder }).parts);
    const page = await get('/', 'text/html');
    expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(page.body).toContain('the page');
    const script = await get('/assets/app-1a2b3c.js');
    expect([script.statusCode, script.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect((await get('/icon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it('is given whole whatever range is asked for, and a condition that does not hold is no failure', async () => {
    app = await serveFakes(fakeParts({ webFolder: folder }).parts);
    for (const range of ['bytes=0-3', 'bytes=99999-', 'bytes=5-2', 'bytes=0-1,3-4', 'apples=1']) {
      const page = await app.inject({ url: '/', headers: { accept: 'text/html', range } });
      expect([page.statusCode, page.body.includes('the page')]).toEqual([200, true]);
    }
    const conditions = { 'if-match': '"other"', 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' };
    for (const [name, value] of Object.entries(conditions)) {
      expect((await app.inject({ url: '/icon.svg', headers: { [name]: value } })).statusCode).toBe(400);
    }
  });

  it('comes compressed where the build has compressed it, each encoding with a tag of its own', async () => {
    const script = join(folder, 'assets', 'packed-1a2b3c.js');
    writeFileSync(script, `export default ${JSON.stringify('x'.repeat(5_000))};`);
    compressFiles(folder);
    app = await serveFakes(fakeParts({ webFolder: folder }).parts);
    const ask = (encoding: string) =>
      app.inject({ url: '/assets/packed-1a2b3c.js', headers: { 'accept-encoding': encoding } });
    const [br, gzip, plain] = await Promise.all([ask('gzip, br'), ask('gzip'), ask('identity')]);
    expect([br, gzip, plain].map(({ headers }) => headers['content-encoding'])).toEqual(['br', 'gzip', undefined]);
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(plain.body);
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(plain.body);
    expect(new Set([br, gzip, plain].map(({ headers }) => headers.etag)).size).toBe(3);
    for (const { headers } of [br, gzip, plain]) {
      expect(headers['vary']).toContain('accept-encoding');
      expect(headers['content-type']).toMatch(/javascript/);
      expect(headers['cache-control']).toContain('immutable');
    }
  });

  it('is what a browser gets at an address that nothing answers, with a 404: the page says what to do (P15)', async () => {
    app = await serveFakes(fakeParts({ webFolder: folder }).parts);
    const deep = await get('/c/default/settings', 'text/html,*/*');
    expect([deep.statusCode, deep.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(deep.body).toContain('the page');
    // From /c/default/ the files lie two folders up, also below the path of a proxy.
    expect(deep.body).toContain('src="./../../assets/app-1a2b3c.js"');
    expect((await get('/c', 'text/html')).body).toContain('src="./assets/app-1a2b3c.js"');
    expect((await get('/', 'text/html')).body).toContain('src="./assets/app-1a2b3c.js"');
  });

  it('is not what programs get there', async () => {
    app = await serveFakes(fakeParts({ webFolder: folder }).parts);
    for (const url of [
      '/nothing-here',
      '/assets/gone.js',
      '/%00',
      '/../../etc/passwd',
      '/assets/%2e%2e/%2e%2e/etc/passwd',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other tells which address it was
      const answer = await get(url);
      expect([url, answer.statusCode]).toEqual([url, 404]);
      expect(answer.json()).toEqual({ error: 'There is nothing at this address' });
    }
    expect((await get('/api/v2/anything', 'text/html')).json().error.code).toBe('not_found');
    expect((await app.inject({ method: 'POST', url: '/c/default', headers: { accept: 'text/html' } })).statusCode).toBe(
      404,
    );
  });

  it('may load nothing from elsewhere', async () => {
    app = await serveFakes(fakeParts({ webFolder: folder }).parts);
    const policy = (await get('/', 'text/html')).headers['content-security-policy'];
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('http');
  });
});

describe('without a built page', () => {
  it('says how to build it', async () => {
    app = await serveFakes(fakeParts({ webFolder: undefined }).parts);
    const page = await get('/', 'text/html');
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).toContain('npm run build');
    expect((await get('/nothing')).statusCode).toBe(404);
  });

  it('does the same with a folder that holds none', async () => {
    app = await serveFakes(fakeParts({ webFolder: join(folder, 'assets') }).parts);
    expect((await get('/', 'text/html')).body).toContain('npm run build');
  });
});

describe('answers of programs', () => {
  it('are spared the page’s headers, but no browser guesses their type', async () => {
    app = await serveFakes(fakeParts().parts);
    for (const url of ['/settings/interval', '/api/v1/channels', '/health', '/']) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await get(url)).headers['x-content-type-options']).toBe('nosniff');
    }
    expect((await get('/api/v1/channels')).headers['content-security-policy']).toBeUndefined();
  });
});
