import type { Migration } from '../ports/database.ts';
import type { Platform } from './platform.ts';
import type { Run } from './run.ts';

/**
 * A domain of the product as one object. Its `module.ts` has nothing but types and `import()` at its top level: a process
 * loads what its roles open, and the rest of the program is read while the database opens.
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
  readonly runs?: readonly Run<Api>[];
}

/** A module whose own types are no longer known: what a list can hold. */
export type AnyModule = ModuleSpec<object, Record<never, never>>;

/** @returns the module for the list: its members are called with what they declared, and with nothing else */
export function defineModule<Api extends object, Needs extends object = object>(
  spec: ModuleSpec<Api, Needs>,
): AnyModule {
  // `createModules` gives `load` the APIs that `needs` names, and every other member the API that `load` made.
  return spec as unknown as AnyModule;
}
