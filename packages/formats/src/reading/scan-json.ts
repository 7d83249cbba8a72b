import { type JsonPart, JsonScanner, type JsonWanted } from './json-scanner.ts';

export type { JsonPart, JsonWanted } from './json-scanner.ts';

/** The wanted parts of a JSON text, while it is read. @throws ImportError */
export async function* scanJson(text: AsyncIterable<string>, wanted: JsonWanted): AsyncGenerator<JsonPart, void> {
  const scanner = new JsonScanner(wanted);
  for await (const chunk of text) yield* scanner.push(chunk);
  scanner.end();
}
