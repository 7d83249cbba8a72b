import { readFileSync } from 'node:fs';
import { ERRORS, RAW_EMOTE_TEXTS, SETTINGS_TEXTS } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import type { RouteInfo } from './route.ts';
import { permissionMatrix } from '../../test/support/permission-matrix.ts';
import { LIMIT_NAMES } from '../config/limits.ts';
import { POLICIES } from '../modules/limits/index.ts';
import { listedRoutes } from '../../test/support/http-fakes.ts';

function page(name: string): string {
  return readFileSync(new URL(`../../../../docs/reference/${name}.md`, import.meta.url), 'utf8');
}

/** The body rows of the first table under a heading, cell by cell, without the code marks. */
function table(text: string, heading: string): string[][] {
  const section = text.slice(`\n${text}`.indexOf(`\n${heading}\n`));
  const lines = section.split('\n').slice(1);
  const start = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** By address, then method: the order of the page. */
function inOrderOfAddresses(routes: readonly RouteInfo[]): RouteInfo[] {
  const key = ({ method, path }: RouteInfo) => `${path} ${method}`;
  return routes.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe('the reference', () => {
  it('of errors lists the catalogue', () => {
    const catalogue = Object.values(ERRORS)
      .toSorted((a, b) => a.status - b.status)
      .map((spec) => [spec.code, String(spec.status), spec.retryable ? 'yes' : 'no', spec.sentence]);
    expect(table(page('errors'), '## Codes')).toEqual(catalogue);
  });

  it('of errors has every sentence of the classic addresses', () => {
    const listed = new Set(table(page('errors'), '## Sentences of the classic addresses').map((row) => row[1]));
    const sentences = [...Object.values(SETTINGS_TEXTS), ...Object.values(RAW_EMOTE_TEXTS)];
    expect(sentences.filter((sentence) => !listed.has(sentence))).toEqual([]);
  });

  it('of HTTP lists the route table', () => {
    const routes = inOrderOfAddresses(listedRoutes()).map((route) => [
      route.method,
      route.path,
      route.class,
      route.permission?.name ?? '–',
      route.summary,
    ]);
    expect(table(page('http'), '## Routes')).toEqual(routes);
  });

  it('of HTTP lists every limit (C15)', () => {
    const limits = Object.values(POLICIES).map((policy) => {
      const { limit, windowMs } = policy;
      const minutes = windowMs / 60_000;
      const time = minutes < 1 ? `${windowMs / 1_000} seconds` : `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
      return [policy.name, `${limit} in ${time}`, policy.scope, policy.source];
    });
    expect(Object.values(POLICIES).map(({ name }) => name)).toEqual(LIMIT_NAMES);
    expect(table(page('http'), '## Limits').map((row) => row.toSpliced(3, 1))).toEqual(limits);
  });
});

describe('the permission matrix', () => {
  it('is made from the routes, and lists those that need a permission', () => {
    const needed = permissionMatrix(listedRoutes()).filter(([, , permission]) => permission !== undefined);
    expect(needed.map((row) => row.join(' ')).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'DELETE /api/v1/channels/:channel manage:channels',
      'DELETE /api/v1/channels/:channel/broadcasts/current update:settings',
      'GET /moments read:moments',
      'PATCH /api/v1/channels/:channel/settings update:settings',
      'POST /api/v1/channels create:channels',
      'POST /api/v1/channels/:channel/archive manage:channels',
      'POST /api/v1/channels/:channel/broadcasts update:settings',
      'POST /api/v1/channels/:channel/messages update:settings',
      'POST /api/v1/channels/:channel/restore manage:channels',
      'PUT /api/v1/channels/:channel/settings update:settings',
      'PUT /settings/allowed-emotes update:settings',
      'PUT /settings/interval update:settings',
      'PUT /settings/threshold update:settings',
    ]);
  });
});
