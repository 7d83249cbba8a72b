import type { RouteInfo } from '../../src/http/route.ts';

/** Who may do what: every route and the permission that it needs, if any. */
export function permissionMatrix(routes: readonly RouteInfo[]): readonly (readonly [string, string, string?])[] {
  return routes.map(({ method, path, permission }) =>
    permission ? ([method, path, permission.name] as const) : ([method, path] as const),
  );
}
