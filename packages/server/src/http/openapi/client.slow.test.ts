import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { fakeParts, serveFakes } from '../../../test/support/http-fakes.ts';

/** What another program might do with the types. */
const USE = `
import type { components, operations, paths } from './api.ts';

const moment: components['schemas']['Moment'] = {} as operations['getChannelsChannelMoments']['responses'][200]['content']['application/json']['data'][number];
export const holds: boolean = moment.holds;
export const batch: operations['postChannelsChannelReactions']['requestBody']['content']['application/json'] = {
  reactions: [{ id: 'a', emote: '🔥', occurredAt: '2026-01-01T00:00:00Z' }],
};
export const limit: number | undefined = {} as NonNullable<paths['/api/v1/channels/{channel}/moments']['get']['parameters']['query']>['limit'];
`;

let client: string;

beforeAll(async () => {
  await using app = await serveFakes(fakeParts().parts);
  const answer = await app.inject('/api/v1/openapi.json');
  client = astToString(await openapiTS(answer.json()));
});

/** What the compiler has against the files; they exist in memory only. */
function compile(files: Readonly<Record<string, string>>): string[] {
  const folder = import.meta.dirname;
  const texts = new Map(Object.entries(files).map(([name, text]) => [path.join(folder, name), text]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  host.fileExists = (name) => texts.has(name) || ts.sys.fileExists(name);
  host.readFile = (name) => texts.get(name) ?? ts.sys.readFile(name);
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('a client that is generated from the document', () => {
  it('compiles, with a use of it', () => {
    expect(compile({ 'api.ts': client, 'use.ts': USE })).toEqual([]);
  });

  it('knows what the server does not take', () => {
    const wrong = USE.replace("id: 'a'", 'id: 7').replace('boolean = moment.holds', 'string = moment.holds');
    expect(compile({ 'api.ts': client, 'use.ts': wrong })).toEqual([
      "Type 'boolean' is not assignable to type 'string'.",
      "Type 'number' is not assignable to type 'string'.",
    ]);
  });
});
