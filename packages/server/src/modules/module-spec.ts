import type { Migration } from '../ports/database.ts';
import type { Platform } from './platform.ts';
import type { Run } from './run.ts';

/**
 * A domain of the product as one object. Its `module.ts` has nothing but types and `import()` at its top level: a process
 * loads what its roles open, and the program is read while the database opens.
 */
export interface ModuleSpec<Api extends object, Needs extends object = object> {
  readonly name: string;
  /** names of modules that come before it in the list; their APIs are given to it */
  readonly needs: readonly (keyof Needs & string)[];
  /** its tables: expand first, contract in a later release */
  readonly migrations?: () => Promise<readonly Migration[]>;
  /** Wires the module; starts nothing. */
  readonly load: () => Promise<(platform: Platform, needs: Needs) => Api>;
  /** whatever lives */
  readonly runs?: readonly Run<Api, Needs>[];
}

/** A module whose own types are no longer known: what a list can hold. */
export type AnyModule = ModuleSpec<object, Record<string, object>>;

/** @returns the module for the list */
export function defineModule<Api extends object, Needs extends object = object>(
  spec: ModuleSpec<Api, Needs>,
): AnyModule {
  // `createModules` gives every member what the module declared: the APIs that `needs` names, and the API of `load`.
  return spec as unknown as AnyModule;
}
