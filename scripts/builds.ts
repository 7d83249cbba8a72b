import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Build } from './build-cache.ts';
import { compressFiles } from './compress-files.ts';
import { buildSite } from './docs/build-site.ts';

const DEPENDENCIES = ['package.json', 'package-lock.json', 'packages/*/package.json'];

/** What is built, and everything that goes into it. */
export function builds(root: string): Build[] {
  return [
    {
      name: 'page',
      inputs: [
        ...DEPENDENCIES,
        'packages/web/{src,public}/**',
        'packages/web/{index.html,vite.config.ts}',
        'packages/{client,protocol,moments}/src/**',
        'tsconfig.json',
        'scripts/{build,builds,build-cache,compress-files}.ts',
      ],
      without: ['**/*.test.{ts,tsx}'],
      output: 'packages/web/dist',
      run: () => buildPage(root),
    },
    {
      name: 'docs',
      inputs: [
        ...DEPENDENCIES,
        '*.md',
        'docs/**',
        'packages/*/*.md',
        'bench/*/*.md',
        'packages/web/src/ui/tokens.css',
        'packages/web/public/favicon.svg',
        'scripts/docs/**',
        'scripts/{build,builds,build-cache}.ts',
      ],
      without: ['**/*.test.ts'],
      output: 'dist/docs',
      run: () => {
        buildSite(root, join(root, 'dist/docs'));
      },
    },
  ];
}

function buildPage(root: string): void {
  const { status } = spawnSync('npm', ['run', '--silent', 'build', '-w', '@ovation/web'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The page could not be built');
  compressFiles(join(root, 'packages/web/dist'));
}
