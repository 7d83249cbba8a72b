import type { IFlattenedRuleSet } from 'dependency-cruiser';

const server = '^packages/server/src/';

/** One way of imports (architecture.md 1). Read by check-direction.ts. */
export const directionRules: IFlattenedRuleSet = {
  forbidden: [
    rule('no-cycles', 'Two files that need each other are one file or miss a third', {}, { circular: true }),
    rule(
      'packages-meet-at-their-index',
      'Another package is imported by its name, not by a path into its source',
      { path: '^packages/([^/]+)/src/' },
      { path: '^packages/[^/]+/src/', pathNot: ['^packages/$1/', '/src/(react/)?index\\.ts$'] },
    ),
    rule('protocol-imports-only-zod', 'protocol may import zod and nothing else', inPackage('protocol'), {
      pathNot: ['^packages/protocol/', 'node_modules/zod/', 'node_modules/(fast-check|vitest)/'],
    }),
    rule('moments-is-pure', 'moments may import protocol only', inPackage('moments'), {
      pathNot: ['^packages/(moments|protocol)/', 'node_modules/(fast-check|vitest)/'],
    }),
    rule('formats-is-pure', 'formats may import protocol, emoji-regex and saxes only', inPackage('formats'), {
      pathNot: ['^packages/(formats|protocol)/', 'node_modules/(emoji-regex|saxes)/'],
    }),
    rule('client-imports-protocol', 'client may import protocol only', inPackage('client'), {
      pathNot: ['^packages/(client|protocol)/', 'node_modules/react/'],
    }),
    rule('web-does-not-import-server', 'web may import protocol, client and moments', inPackage('web'), {
      path: '^packages/(server|formats)/',
    }),
    rule('ports-import-nothing-above', 'ports are at the bottom', inServer('ports'), {
      path: `${server}(compose|roles|modules|adapters|http|gateway|stream|commands)`,
    }),
    rule('adapters-import-ports-only', 'adapters know ports, not modules or roles', inServer('adapters'), {
      path: `${server}(compose|roles|modules|http|gateway|stream|commands)`,
    }),
    rule(
      'sql-half-knows-no-database',
      'What PGlite and PostgreSQL share knows neither: they fill its SqlConnection',
      inServer('adapters/sql'),
      { path: `${server}adapters/(?!sql/)` },
    ),
    rule(
      'modules-import-no-adapter-or-role',
      'modules know ports and engines, not adapters or roles',
      inServer('modules'),
      {
        path: `${server}(compose|roles|adapters|commands)/`,
      },
    ),
    rule(
      'engines-import-no-module',
      'An engine says what it needs in an interface of its own',
      inServer('(stream|live-feeds|http|gateway)'),
      {
        path: `${server}modules/`,
      },
    ),
    rule(
      'openapi-is-read-late',
      'The OpenAPI libraries are read when the document is first asked for: every start would wait for them',
      { pathNot: '\\.test\\.ts$' },
      { path: `${server}http/openapi/make-reference\\.ts$`, dynamic: false, dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'modules-meet-at-their-index',
      'Modules meet only at their index.ts',
      { path: `${server}modules/([^/]+)/`, pathNot: '\\.test\\.ts$' },
      { path: `${server}modules/[^/]+/`, pathNot: [`${server}modules/$1/`, '/index\\.ts$'] },
    ),
    rule(
      'doors-use-modules-by-index',
      'roles, commands and compose use modules by their index.ts',
      { path: `${server}(roles|commands|compose)`, pathNot: '\\.test\\.ts$' },
      { path: `${server}modules/[^/]+/`, pathNot: '/index\\.ts$' },
    ),
    rule(
      'only-compose-names-adapters',
      'Adapters are named in adapters/index.ts and chosen by compose',
      { path: `${server}(roles|http|gateway|stream|commands)`, pathNot: '\\.test\\.ts$' },
      { path: `${server}adapters/` },
    ),
    rule('roles-import-no-compose', 'roles do not know who starts them', inServer('(roles|stream|http|gateway)'), {
      path: `${server}(compose|commands)`,
    }),
  ],
};

type Rule = NonNullable<IFlattenedRuleSet['forbidden']>[number];

function rule(name: string, comment: string, from: object, to: object): Rule {
  return { name, comment, severity: 'error', from, to };
}

function inPackage(name: string): object {
  return { path: `^packages/${name}/src/`, pathNot: '\\.(test|contract)\\.tsx?$' };
}

function inServer(folder: string): object {
  return { path: `${server}${folder}/`, pathNot: '\\.(test|contract)\\.ts$' };
}
