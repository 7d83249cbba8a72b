import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonScanner } from './json-scanner.ts';

const WANTED = { path: ['comments'], members: ['video'], elementName: 'comment' };

function scan(text: string, size: number) {
  const scanner = new JsonScanner(WANTED);
  const elements: unknown[] = [];
  let video: unknown;
  for (let at = 0; at < text.length; at += size) {
    for (const part of scanner.push(text.slice(at, at + size))) {
      if (part.kind === 'element') elements.push(part.value);
      if (part.kind === 'member') video = part.value;
    }
  }
  scanner.end();
  return { elements, video };
}

it('finds the same values as JSON.parse, however the text is cut and whatever stands around them', () => {
  const space = fc.constantFrom('', ' ', '\n\t', '/* , ] } " */', '// ] "\n');
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.jsonValue(),
      fc.jsonValue(),

      fc.record({ spaces: fc.array(space, { minLength: 8 }), size: fc.integer({ min: 1, max: 40 }) }),
      (comments, video, other, { spaces, size }) => {
        const gap = (index: number) => spaces[index % spaces.length] ?? '';
        const list = comments.map(
          (value, index) => `${gap(index)}${JSON.stringify(value, null, index % 3)}${gap(index + 1)}`,
        );
        const text = `${gap(0)}{"other"${gap(1)}:${JSON.stringify(other)},"comments":${gap(2)}[${list.join(',')}${list.length > 0 ? ',' : ''}]${gap(3)},${gap(4)}"video":${gap(5)}${JSON.stringify(video)},${gap(6)}}${gap(7)}\n`;
        expect(scan(text, size)).toEqual(JSON.parse(JSON.stringify({ elements: comments, video })));
      },
    ),
    { numRuns: 1000 },
  );
});

it('drops commas before closing brackets and keeps all others', () => {
  expect(scan('{"comments":[{"a":[1,2,],"b":{"c":",}",},},[,],],}', 1)).toEqual({
    elements: [{ a: [1, 2], b: { c: ',}' } }, []],
    video: undefined,
  });
});

it('hands out a broken element as broken and goes on behind it', () => {
  const scanner = new JsonScanner(WANTED);
  const parts = [...scanner.push('{"comments":[1,{x},tru e,2]}')];
  expect(parts.map(({ kind }) => kind)).toEqual(['list', 'element', 'broken', 'broken', 'element']);
});

it('takes roots one after another, and lists at the end of a path', () => {
  const values = (text: string, path: readonly string[], size: number) => {
    const scanner = new JsonScanner({ path, members: [], elementName: 'item' });
    const found: unknown[] = [];
    for (let at = 0; at < text.length; at += size) {
      for (const part of scanner.push(text.slice(at, at + size))) if (part.kind === 'element') found.push(part.value);
    }
    scanner.end();
    return found;
  };
  for (const size of [1, 2, 7, 1_000]) {
    expect(values('{"a":1}\n{"b":{"c":"}"}} {"d":[1]},{"e":2}', [], size)).toEqual([
      { a: 1 },
      { b: { c: '}' } },
      { d: [1] },
      { e: 2 },
    ]);
    expect(values('[1,{"a":2}]\n\n[3][]', [], size)).toEqual([1, { a: 2 }, 3]);
    const pages = '{"x":[9],"data":{"x":{"list":[8]},"list":[1,2]},"list":[7]} {"data":{"list":[3]}}';
    expect(values(pages, ['data', 'list'], size)).toEqual([1, 2, 3]);
  }
});
