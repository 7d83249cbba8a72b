import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonScanner } from './json-scanner.ts';

const WANTED = { list: 'comments', members: ['video'], elementName: 'comment' };

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
