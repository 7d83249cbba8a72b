import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { compare, inspectHouse } from './house.ts';
import { countCollaborators } from './house/collaborators.ts';
import { countCodeLines, crowdedFolders, moduleImportsOfEngines } from './house/source-files.ts';

it('the house keeps its rules, but for the exceptions that are listed', () => {
  const { faults, figures } = inspectHouse(path.resolve(import.meta.dirname, '..'));
  expect(faults).toEqual([]);
  expect(figures[0]).toMatch(/^\d{5} lines of code in \d{3} files$/);
});

it('what grew, what is new and what is no longer needed are faults', () => {
  const found = new Map([
    ['grew', 8],
    ['new', 7],
    ['same', 9],
  ]);
  expect(compare('things', found, { grew: 7, same: 9, shrank: 7 })).toEqual([
    'grew has 8 things: more than 7',
    'new has 7 things: more than the rule allows',
    'shrank no longer has 7 things: say so in scripts/house/exceptions.ts',
  ]);
});

it('blank lines and lines that are only comment are no code', () => {
  expect(countCodeLines('// a\n\n/** b\n * c */\nconst d = 1; // d\n  {/* e */}\n/* f */\n}\n')).toBe(2);
});

it('a folder is crowded by its own files; migrations are a list', () => {
  const names = ['a/1.ts', 'a/2.ts', 'a/b/3.ts', 'a/migrations/1.ts', 'a/migrations/2.ts'];
  expect(crowdedFolders(names, 1)).toEqual(new Map([['a', 2]]));
});

it('an engine that imports a module is found, by types and import() too', () => {
  const text =
    "import type { A } from '../modules/a/index.ts';\nawait import('../modules/b/index.ts');\nimport '../ports/c.ts';";
  const files = ['stream/x.ts', 'roles/x.ts'].map((name) => ({ name: `packages/server/src/${name}`, text }));
  expect(moduleImportsOfEngines(files)).toEqual(new Map([['packages/server/src/stream/x.ts', 2]]));
});

it('collaborators are what has methods: ports, instances, callbacks, also inside bags and lists', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'house-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const source = `
    interface Clock { now(): number }
    interface Database { readonly epoch: string; ping(): Promise<void>; write(): void }
    class Meter { readonly clock!: Clock; count = 0 }
    interface Limits { readonly most: number; readonly names: readonly string[]; readonly since: Date }
    interface Inner { readonly clock: Clock; readonly limits: Limits }
    interface Bag extends Inner { readonly database?: Database | undefined; readonly onEnd: () => void }
    interface Platform { readonly clock: Clock; readonly database: Database }
    export function data(limits: Limits, name: string, byName: Map<string, number>) { return [limits, name, byName]; }
    export function bag({ clock }: Omit<Bag, 'onEnd'> & { readonly more: Bag; readonly meter: Meter }) { return clock; }
    export class Holder { constructor(readonly platform: Platform, readonly clocks: readonly Clock[], readonly one: Pick<Clock, 'now'>) {} }
    export const arrow = (end: (() => void) | undefined) => end;
    function hidden(clock: Clock) { return clock; }
  `;
  mkdirSync(path.join(root, 'src'));
  writeFileSync(
    path.join(root, 'tsconfig.json'),
    '{"compilerOptions":{"target":"ES2024","module":"NodeNext","strict":true,"types":[]}}',
  );
  writeFileSync(path.join(root, 'src/a.ts'), source);
  expect(countCollaborators(root, ['src/a.ts'])).toEqual([
    {
      where: 'src/a.ts#bag',
      collaborators: [
        'options.database',
        'options.clock',
        'options.more.database',
        'options.more.onEnd',
        'options.more.clock',
        'options.meter',
      ],
    },
    { where: 'src/a.ts#Holder', collaborators: ['platform', 'clocks[]', 'one'] },
    { where: 'src/a.ts#arrow', collaborators: ['end'] },
  ]);
});
