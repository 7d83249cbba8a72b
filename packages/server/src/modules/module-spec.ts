import type { Frame } from '../gateway/doors/frame.ts';
import type { FeedKind } from '../gateway/rooms/feed-kind.ts';
import type { Route } from '../http/route.ts';
import type { Migration } from '../ports/database.ts';
import type { Platform } from '../platform.ts';
import type { Run } from './run.ts';

/** What the doors of a module work on: its own API and those it needs, each by the module's name, and the platform. */
type DoorsOf<Name extends string, Api extends object, Needs extends object> = Needs & {
  readonly [Own in Name]: Api;
} & { readonly platform: Platform };

/**
 * A domain of the product as one object. Its `module.ts` has nothing but types and `import()` at its top level: a process
 * loads what its roles open, and the program is read while the database opens.
 */
export interface ModuleSpec<Name extends string, Api extends object, Needs extends object = object> {
  readonly name: Name;
  /** names of modules that come before it in the list; their APIs are given to it */
  readonly needs: readonly (keyof Needs & string)[];
  /** its tables: expand first, contract in a later release */
  readonly migrations?: () => Promise<readonly Migration[]>;
  /** Wires the module; starts nothing. */
  readonly load: () => Promise<(platform: Platform, needs: Needs) => Api>;
  /** each names the role that opens it: api, or gateway, or every process */
  readonly routes?: () => Promise<readonly Route<DoorsOf<Name, Api, Needs>>[]>;
  /** what clients may say over sockets; the role gateway opens them */
  readonly frames?: () => Promise<readonly Frame<DoorsOf<Name, Api, Needs>>[]>;
  /** kinds of feeds that clients may follow; the role gateway opens them */
  readonly feeds?: () => Promise<readonly FeedKind<DoorsOf<Name, Api, Needs>>[]>;
  /** whatever lives */
  readonly runs?: readonly Run<Api, Needs>[];
}

/** A module whose own types are no longer known: what a list can hold. */
export type AnyModule = ModuleSpec<string, object, Record<string, object>>;

/** @returns the module for the list: its members are called with what they declared, and with nothing else */
export function defineModule<Api extends object, Needs extends object = object>() {
  return <const Name extends string>(spec: ModuleSpec<Name, Api, Needs>): AnyModule =>
    // `createModules` gives every member what the module declared: the APIs that `needs` names, and the API of `load`.
    spec as unknown as AnyModule;
}
