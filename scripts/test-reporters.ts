/** Short on a terminal; with OVATION_TEST_RESULTS=FOLDER also a JSON report that count-results.ts adds up. */
export function reportersFor(suite: string): (string | [string, { outputFile: string }])[] {
  const folder = process.env['OVATION_TEST_RESULTS'];
  return folder ? ['default', ['json', { outputFile: `${folder}/${suite}.json` }]] : ['default'];
}
