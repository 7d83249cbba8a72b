import type { RoleName } from '../config/config.ts';
import type { ClosingStack } from '../host/closing-stack.ts';
import { bindFeedKinds, bindFrames, type BoundFeedKind, type BoundFrame } from '../gateway/index.ts';
import { bindRoutes, type BoundRoute } from '../http/route.ts';
import { modules as listed } from '../modules/index.ts';
import type { AnyModule } from '../modules/module-spec.ts';
import type { Platform } from '../platform.ts';
import type { StartRun } from '../modules/run.ts';

/** What every process needs, whatever its roles: access, limits, and the epoch that is in force. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'feeds',
  'revocations',
  'access',
  'limits',
  'idempotency',
  'channels',
  'engines',
]);

/** What a process imports of a module: only what its roles open. */
interface ReadModule {
  readonly module: AnyModule;
  readonly create: Awaited<ReturnType<AnyModule['load']>>;
  readonly routes: Awaited<ReturnType<NonNullable<AnyModule['routes']>>>;
  readonly frames: Awaited<ReturnType<NonNullable<AnyModule['frames']>>>;
  readonly feeds: Awaited<ReturnType<NonNullable<AnyModule['feeds']>>>;
  readonly runs: readonly ReadRun[];
}

interface ReadRun {
  readonly isOfEveryProcess: boolean;
  readonly isBeforeServing: boolean;
  readonly start: StartRun<object, Record<string, object>>;
}

interface WiredModule extends ReadModule {
  readonly api: object;
  readonly needs: Record<string, object>;
}

/** Imports everything that the roles need of the modules. It needs no backend, so it is done while they open. */
export async function readModules(
  roles: readonly RoleName[],
  list: readonly AnyModule[] = listed,
): Promise<readonly ReadModule[]> {
  const wanted = neededBy(roles, list);
  return Promise.all(list.filter(({ name }) => wanted.has(name)).map((module) => readModule(module, roles)));
}

async function readModule(module: AnyModule, roles: readonly RoleName[]): Promise<ReadModule> {
  const isOpened = (role: RoleName | 'any') => role === 'any' || roles.includes(role);
  const hasSockets = isOpened('gateway');
  const [create, routes, frames, feeds, runs] = await Promise.all([
    module.load(),
    module.routes?.() ?? [],
    (hasSockets && module.frames?.()) || [],
    (hasSockets && module.feeds?.()) || [],
    Promise.all(
      (module.runs ?? [])
        .filter(({ role }) => isOpened(role))
        .map(async ({ before, load, role }) => ({
          isOfEveryProcess: role === 'any',
          isBeforeServing: before === 'serving',
          start: await load(),
        })),
    ),
  ]);
  return { module, create, frames, feeds, routes: routes.filter(({ role = 'api' }) => isOpened(role)), runs };
}

/** Wires the modules. Nothing is started. */
export function createModules(read: readonly ReadModule[], platform: Platform): Modules {
  const apis = new Map<string, object>();
  const wired = read.map((one): WiredModule => {
    const { create, module } = one;
    const needs = Object.fromEntries(module.needs.map((name) => [name, needed(apis, module.name, name)]));
    const api = create(platform, needs);
    apis.set(module.name, api);
    return { ...one, api, needs };
  });
  return new Modules(wired, platform);
}

/** The modules of a process, wired. */
export class Modules {
  readonly #modules: readonly WiredModule[];
  readonly #platform: Platform;

  constructor(modules: readonly WiredModule[], platform: Platform) {
    this.#modules = modules;
    this.#platform = platform;
  }

  /** @throws Error when no role of this process needs the module */
  api<Api extends object>(name: string): Api {
    const found = this.find<Api>(name);
    if (!found) throw new Error(`Module ${name} is not loaded in this process`);
    return found;
  }

  /** Undefined when no role of this process needs the module. */
  find<Api extends object>(name: string): Api | undefined {
    // The caller names the module whose API type it asks for.
    return this.#modules.find(({ module }) => module.name === name)?.api as Api | undefined;
  }

  /** The routes that the roles open, in the order of the list. */
  routes(): BoundRoute[] {
    return this.#modules.flatMap((one) => bindRoutes(one.routes, this.#doorsOf(one)));
  }

  /** What may be said over sockets. */
  frames(): BoundFrame[] {
    return this.#modules.flatMap((one) => bindFrames(one.frames, this.#doorsOf(one)));
  }

  /** The kinds of feeds that may be followed. */
  feeds(): BoundFeedKind[] {
    return this.#modules.flatMap((one) => bindFeedKinds(one.feeds, this.#doorsOf(one)));
  }

  /** Starts the runs of the chosen roles, in the order of the list; runs of every process come first. */
  async start(when: 'before serving' | 'serving', closing: ClosingStack): Promise<void> {
    const due = this.#modules.flatMap(({ api, needs, runs }) =>
      runs
        .filter(({ isBeforeServing }) => isBeforeServing === (when === 'before serving'))
        .map(({ isOfEveryProcess, start }) => ({ isOfEveryProcess, start: () => start(api, this.#platform, needs) })),
    );
    const inOrder = due.toSorted((a, b) => Number(b.isOfEveryProcess) - Number(a.isOfEveryProcess));
    for (const { start } of inOrder) closing.use(await start());
  }

  /** What the doors of a module work on. */
  #doorsOf({ api, module, needs }: WiredModule): Record<string, object> & { readonly platform: Platform } {
    return { ...needs, [module.name]: api, platform: this.#platform };
  }
}

/** Names of the modules that open something in one of the roles, and of the modules that they need. */
function neededBy(roles: readonly RoleName[], list: readonly AnyModule[]): ReadonlySet<string> {
  const names = new Set<string>();
  const hasDoors = roles.includes('api') || roles.includes('gateway');
  for (const module of list.toReversed()) {
    const isRun = (module.runs ?? []).some(({ role }) => role !== 'any' && roles.includes(role));
    const isOpened = (module.routes ?? module.frames ?? module.feeds) !== undefined && hasDoors;
    if (!isRun && !isOpened && !EVERYWHERE.has(module.name) && !names.has(module.name)) continue;
    names.add(module.name);
    for (const need of module.needs) names.add(need);
  }
  return names;
}

function needed(apis: ReadonlyMap<string, object>, module: string, need: string): object {
  const api = apis.get(need);
  if (!api) throw new Error(`Module ${module} needs ${need}, which must come before it in the list of modules`);
  return api;
}
