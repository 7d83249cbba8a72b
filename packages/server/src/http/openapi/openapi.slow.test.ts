import { gunzipSync } from 'node:zlib';
import { Validator } from '@seriousme/openapi-schema-validator';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeDatabase, fakeParts, listedRoutes, serveFakes } from '../../../test/support/http-fakes.ts';
import type { ManualClock } from '../../../test/support/manual-clock.ts';
import { problemsOfDocument } from '../../../test/support/openapi-structure.ts';

let app: FastifyInstance;
let document: Document;
let clock: ManualClock;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { name: string; in: string; required?: boolean; example?: string; schema: object }[];
  readonly requestBody?: { content: Record<string, { example?: unknown; schema: object }> };
  readonly responses: Record<string, { content?: Record<string, { schema: object }> }>;
  readonly security?: unknown;
}
interface Document {
  readonly paths: Record<
    string,
    Record<string, Omit<Operation, 'parameters'> & Partial<Pick<Operation, 'parameters'>>>
  >;
  readonly components: { schemas: Record<string, unknown> };
}

beforeAll(async () => {
  const fake = fakeParts({ database: fakeDatabase({ unitOfWork: () => Promise.resolve([] as never) }) });
  clock = fake.clock;
  app = await serveFakes(fake.parts);
  document = (await app.inject('/api/v1/openapi.json')).json();
});
afterAll(() => app.close());

/** What an independent validator of JSON schemas has against a value. */
function problemsOf(schema: object, value: unknown): string[] {
  const ajv = addFormats.default(new Ajv2020({ strict: false, validateFormats: true }));
  const check = ajv.addSchema(document, 'document').compile(
    // References of the document lead into it from wherever they are.
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')),
  );
  return check(value) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The address with the examples of what must be in it. */
function urlOf(path: string, { parameters }: Operation): string {
  const needed = parameters.filter(({ required = false }) => required);
  const query = needed.filter((one) => one.in === 'query').map(({ example, name }) => `${name}=${example}`);
  return (
    needed.reduce((url, { example, name }) => url.replace(`{${name}}`, example ?? name), path) +
    (query.length > 0 ? `?${query.join('&')}` : '')
  );
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      // The methods of the routes, in small letters.
      method: method.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      operation: { ...operation, parameters: operation.parameters ?? [] },
    })),
  );

describe('the OpenAPI document', () => {
  it('has the structure of OpenAPI 3.1', () => {
    expect(problemsOfDocument(document)).toEqual([]);
  });

  it('is judged by a checker that can say no', () => {
    const broken = structuredClone(document) as unknown as Record<string, unknown>;
    broken['openapi'] = '2.0';
    broken['paths'] = {
      '/a/{b}': { get: { operationId: 'x', responses: {} }, put: { operationId: 'x', responses: { 200: {} } } },
      c: {
        get: {
          responses: { 200: { description: '', content: { j: { schema: { $ref: '#/components/schemas/No' } } } } },
        },
      },
    };
    expect(problemsOfDocument(broken)).toEqual([
      'openapi is "2.0", not 3.1.x',
      'GET /a/{b}: no parameter {b}',
      'GET /a/{b}: no responses',
      'PUT /a/{b}: operationId x is taken',
      'PUT /a/{b}: no parameter {b}',
      'PUT /a/{b}: response 200 has no description',
      'c does not begin with /',
      'GET c: no operationId',
      'reference #/components/schemas/No leads nowhere',
    ]);
  });

  it('is valid for an independent validator, which can say no', async () => {
    expect(await new Validator().validate({ ...structuredClone(document) })).toEqual({ valid: true });
    const broken = { ...document, paths: { '/a': { get: { responses: { '200': {} } } } } };
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  it('has no schema that refers to itself', () => {
    const { schemas } = document.components;
    const namesIn = (name: string) =>
      [...JSON.stringify(schemas[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, to = '']) => to);
    const reached = (name: string, seen = new Set<string>()): Set<string> => {
      for (const to of namesIn(name)) if (!seen.has(to)) reached(to, seen.add(to));
      return seen;
    };
    const names = Object.keys(schemas);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => reached(name).has(name))).toEqual([]);
  });

  it('has every operation of /api/v1 and says what each needs', () => {
    // What describes the operations is none of them, and neither is the page.
    const others = new Set(['/api/v1/openapi.json', '/api/docs', '/api/docs/page.js', '/*']);
    const listed = listedRoutes()
      .filter(({ path }) => !others.has(path))
      .map(({ class: routeClass, method, path, permission, summary }) => {
        const needed = permission || path === '/api/v1/analyses' ? [{ bearer: [] }, {}] : undefined;
        const security = routeClass === 'internal' ? [{ dataFolder: [] }] : needed;
        return [`${method} ${path.replaceAll(/:([a-z]+)/g, '{$1}')}`, summary, security];
      });
    const described = operations().map(({ method, operation, path }) => [
      `${method} ${path}`,
      operation.summary,
      operation.security,
    ]);
    expect(new Set(described)).toEqual(new Set(listed));
    expect(described).toHaveLength(listed.length);
  });

  it('describes bodies, answers and queries by the schemas that check them', () => {
    const settings = document.paths['/api/v1/channels/{channel}/settings']?.['patch'];
    expect(settings?.requestBody?.content['application/json']).toMatchObject({
      schema: {
        type: 'object',
        properties: {
          interval: { type: 'integer', minimum: 1, maximum: 1000 },
          threshold: { exclusiveMinimum: 0, exclusiveMaximum: 1 },
          allowedEmotes: { type: 'array', maxItems: 200 },
        },
      },
    });
    const moments = document.paths['/api/v1/channels/{channel}/moments']?.['get'];
    expect(moments?.parameters?.map(({ name }) => name)).toEqual([
      'channel',
      'after',
      'limit',
      'broadcast',
      'emote',
      'detector',
      'from',
      'to',
      'If-None-Match',
    ]);
    expect(moments?.responses['200']).toMatchObject({
      content: {
        'application/json': {
          schema: { properties: { data: { items: { $ref: '#/components/schemas/Moment' } } } },
        },
      },
    });
    expect(Object.keys(document.components.schemas).toSorted()).toEqual([
      'Broadcast',
      'Channel',
      'ClassicError',
      'Error',
      'Moment',
      'Pagination',
      'Preview',
      'Settings',
    ]);
  });

  it('has examples that its schemas allow', () => {
    const found = operations().flatMap(({ method, operation, path }) => [
      ...operation.parameters.map(({ example, name, schema }) => ({
        at: `${method} ${path} ${name}`,
        example,
        schema,
      })),
      ...Object.entries(operation.requestBody?.content ?? {}).map(([type, { example, schema }]) => ({
        at: `${method} ${path} ${type}`,
        example,
        schema,
      })),
    ]);
    const examples = found.filter(({ example }) => example !== undefined);
    expect(examples.length).toBeGreaterThan(20);
    for (const { at, example, schema } of examples) expect([at, problemsOf(schema, example)]).toEqual([at, []]);
    expect(problemsOf({ type: 'string', format: 'date-time' }, 'NOW')).not.toEqual([]);
  });

  it('has examples that the server takes', async () => {
    await app.inject({ method: 'POST', url: '/api/v1/channels/default/broadcasts', payload: {} });
    // A stream takes the socket, and a request that is injected has none.
    for (const { method, operation, path } of operations().filter((one) => one.path !== '/sse')) {
      const url = urlOf(path, operation);
      const example = operation.requestBody?.content['application/json']?.example;
      const payload = example === undefined ? {} : { payload: JSON.parse(JSON.stringify(example)) };
      const answer = await app.inject({ method, url, headers: { authorization: 'Bearer local-secret' }, ...payload });
      const status = String(answer.statusCode);
      expect([method, url, answer.statusCode < 300, Object.keys(operation.responses)]).toEqual([
        method,
        url,
        true,
        expect.arrayContaining([status]),
      ]);
      const schema = operation.responses[status]?.content?.['application/json']?.schema;
      if (schema) expect([method, url, problemsOf(schema, answer.json())]).toEqual([method, url, []]);
    }
  });

  it('has examples of the present minute, and is not sent again within it', async () => {
    const first = await app.inject('/api/v1/openapi.json');
    expect(first.body).toContain('"occurredAt":"2026-01-01T00:00:00.000Z"');
    const ask = () =>
      app.inject({ url: '/api/v1/openapi.json', headers: { 'if-none-match': String(first.headers.etag) } });
    expect((await ask()).statusCode).toBe(304);
    clock.advance(60_000);
    expect((await ask()).body).toContain('"occurredAt":"2026-01-01T00:01:00.000Z"');
  });
});

describe('the page of operations', () => {
  it('loads nothing from elsewhere', async () => {
    const answer = await app.inject('/api/docs');
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'sha256-");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|http/);
    expect([...answer.body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to)).toEqual(['/api/docs/page.js']);
    expect(answer.body).toContain('"url": "/api/v1/openapi.json"');
    expect(answer.body).not.toMatch(/https?:/);
    expect((await app.inject('/api/docs/page.js')).headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it('has a script that a browser can read', async () => {
    const { body } = await app.inject('/api/docs/page.js');
    const { headers, rawPayload } = await app.inject({
      url: '/api/docs/page.js',
      headers: { 'accept-encoding': 'br;q=0.5, gzip' },
    });
    expect([headers['content-encoding'], gunzipSync(rawPayload).toString() === body]).toEqual(['gzip', true]);
    const again = { url: '/api/docs/page.js', headers: { 'if-none-match': String(headers.etag) } };
    expect((await app.inject(again)).statusCode).toBe(304);
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- it is compiled, not called
    expect(() => new Function(body)).not.toThrow();
  });
});
