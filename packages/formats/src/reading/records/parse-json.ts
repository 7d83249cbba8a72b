/** The value of a JSON text that may have trailing commas; undefined when it is no JSON. */
export function parseJson(text: string): { value: unknown } | undefined {
  return parseStrictly(text) ?? parseStrictly(withoutTrailingCommas(text));
}

function parseStrictly(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The expression matches strings first, so that commas inside of strings stay. */
function withoutTrailingCommas(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|,\s*(?=[}\]])/gs, (part) => (part.startsWith('"') ? part : ''));
}
