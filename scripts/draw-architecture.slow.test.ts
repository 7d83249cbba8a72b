import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layersOf, neededArrows } from './architecture/layers.ts';
import { readCode } from './architecture/read-code.ts';
import { drawArchitecture } from './draw-architecture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const facts = readCode(root);

describe('docs/pictures/architecture.svg', () => {
  it('is what `node scripts/draw-architecture.ts` draws from the code now', () => {
    const committed = readFileSync(new URL('../docs/pictures/architecture.svg', import.meta.url), 'utf8');
    expect(committed === drawArchitecture(facts), 'run: npx node scripts/draw-architecture.ts').toBe(true);
  });

  it('reads the packages, the folders of the server, its modules, ports and topics', () => {
    expect([...facts.packages.keys()]).toEqual(['client', 'formats', 'moments', 'protocol', 'server', 'web']);
    expect([...(facts.packages.get('server') ?? [])].toSorted()).toEqual(['formats', 'moments', 'protocol']);
    expect([...facts.folders.keys()]).toEqual(
      expect.arrayContaining(['adapters', 'compose', 'http', 'modules', 'ports']),
    );
    expect(facts.folders.get('adapters')).toContain('ports');
    expect(facts.modules.get('moments')).toContain('channels');
    expect(facts.ports.get('event-log')).toEqual(['kafka', 'lmdb']);
    expect(facts.topics.map(({ name }) => name)).toContain('raw-emote-data');
  });
});

describe('a picture of imports', () => {
  const graph = new Map([
    ['top', new Set(['middle', 'bottom'])],
    ['middle', new Set(['bottom'])],
    ['bottom', new Set<string>()],
  ]);

  it('has whatever imports above what it imports', () => {
    expect(layersOf(graph)).toEqual([['top'], ['middle'], ['bottom']]);
  });

  it('leaves out the arrow that also goes over another folder', () => {
    expect(neededArrows(graph)).toEqual([
      ['top', 'middle'],
      ['middle', 'bottom'],
    ]);
  });
});
