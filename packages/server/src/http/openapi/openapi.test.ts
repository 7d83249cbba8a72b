import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeParts, listedRoutes, serveFakes } from '../../../test/support/http-fakes.ts';
import { problemsOfDocument } from '../../../test/support/openapi-structure.ts';

let app: FastifyInstance;
let document: Document;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { name: string; in: string; example?: string }[];
  readonly requestBody?: { content: { 'application/json': { example: unknown } } };
  readonly responses: Record<string, unknown>;
  readonly security?: unknown;
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, unknown> };
}

beforeAll(async () => {
  app = await serveFakes(fakeParts().parts);
  document = (await app.inject('/api/v1/openapi.json')).json();
});
afterAll(() => app.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
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

  it('has every operation of /api/v1 and says what each needs', () => {
    const listed = listedRoutes()
      .filter(({ path }) => path.startsWith('/api/v1/') && path !== '/api/v1/openapi.json')
      .map(({ method, path, permission, summary }) => [
        `${method} ${path.replaceAll(/:([a-z]+)/g, '{$1}')}`,
        summary,
        permission === undefined ? undefined : [{ bearer: [] }, {}],
      ]);
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
    expect(moments?.parameters.map(({ name }) => name)).toEqual([
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
      'Error',
      'Moment',
      'Pagination',
      'Preview',
      'Settings',
    ]);
  });

  it('has examples that the server takes', async () => {
    await app.inject({ method: 'POST', url: '/api/v1/channels/default/broadcasts', payload: {} });
    for (const { method, operation, path } of operations()) {
      const url = operation.parameters.reduce(
        (filled, { example, name }) => filled.replace(`{${name}}`, example ?? name),
        path,
      );
      const example = operation.requestBody?.content['application/json'].example;
      const payload =
        example === undefined
          ? {}
          : { payload: JSON.parse(JSON.stringify(example).replaceAll('NOW', '2026-01-01T00:00:00Z')) };
      // The methods of the route table.
      const answer = await app.inject({ method: method as NonNullable<InjectOptions['method']>, url, ...payload });
      expect([method, url, answer.statusCode < 300]).toEqual([method, url, true]);
      expect([method, url, Object.keys(operation.responses)]).toEqual([
        method,
        url,
        expect.arrayContaining([String(answer.statusCode)]),
      ]);
    }
  });
});

describe('the page of operations', () => {
  it('lists each one with its example, and loads nothing from elsewhere', async () => {
    const answer = await app.inject('/api/docs');
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    for (const { operation, path } of operations()) {
      expect(answer.body).toContain(`<details id="${operation.operationId}">`);
      expect(answer.body).toContain(`data-path="${path}"`);
    }
    expect(answer.body.match(/<button>Try it<\/button>/g)).toHaveLength(operations().length);
    expect(answer.body).toContain('&quot;title&quot;: &quot;Friday evening&quot;');
    expect(answer.body).not.toMatch(/(?:src|href)="(?!\/api\/|\/favicon\.svg)|style=|<style|onclick=|<script>/);
    for (const [file, type] of [
      ['page.js', 'text/javascript'],
      ['page.css', 'text/css'],
    ] as const) {
      expect((await app.inject(`/api/docs/${file}`)).headers['content-type']).toBe(`${type}; charset=utf-8`);
    }
  });

  it('has a script that a browser can read', async () => {
    const { body } = await app.inject('/api/docs/page.js');
    // oxlint-disable-next-line no-new-func -- it is compiled, not called
    expect(() => new Function(body)).not.toThrow();
  });
});
