import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = path.join(root, '.cache/tools');

/** Those that install-tools.sh brings. */
const TOOLS = {
  hadolint: 'python/bin/hadolint',
  'kubernetes-validate': 'python/bin/kubernetes-validate',
  python: 'python/bin/python',
  composecheck: 'composecheck',
  nginx: 'nginx/usr/sbin/nginx',
} as const;
type Tool = keyof typeof TOOLS;

/** Where the tool is; undefined = its tests are skipped. */
export function toolAt(name: Tool): string | undefined {
  const brought = path.join(cache, TOOLS[name]);
  if (existsSync(brought)) return brought;
  if (name === 'python') return undefined;
  return spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim() || undefined;
}

/** @returns exit code and everything printed */
export function runTool(name: Tool, args: readonly string[], environment: Record<string, string> = {}) {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment };
  const { status, stderr, stdout } = spawnSync(toolAt(name) ?? name, args, { cwd: root, encoding: 'utf8', env });
  return { code: status, printed: `${stdout}${stderr}` };
}

const TO_JSON = `
import json, sys, yaml
class Loader(yaml.SafeLoader): pass
for tag in ('!reset', '!override'):
    Loader.add_constructor(tag, lambda loader, node: loader.construct_sequence(node))
print(json.dumps([list(yaml.load_all(open(name), Loader)) for name in sys.argv[1:]]))`;

/** The documents of YAML files, read by Python: no package here reads YAML. */
export function readYaml<Documents>(...files: readonly string[]): Documents {
  const text = execFileSync(toolAt('python') ?? 'python3', ['-c', TO_JSON, ...files], { cwd: root, encoding: 'utf8' });
  return (JSON.parse(text) as unknown[][]).flat() as Documents;
}
