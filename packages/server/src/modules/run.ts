import type { RoleName } from '../config/config.ts';
import type { Platform } from '../platform.ts';

/** Something that lives in a process: a consumer, a timer, an audience. */
export interface Run<Api, Needs> {
  readonly name: string;
  /** the role that starts it; `any` starts it in every process that loads the module, before the runs of a role */
  readonly role: RoleName | 'any';
  /**
   * Its start is awaited before a door opens, and it stops after all doors have closed. Without it, it starts when the
   * doors are open, and stops before they close.
   */
  readonly before?: 'serving';
  readonly load: () => Promise<StartRun<Api, Needs>>;
}

/** Disposing what it resolves with finishes what is under way. */
export type StartRun<Api, Needs = object> = (api: Api, platform: Platform, needs: Needs) => Promise<AsyncDisposable>;
