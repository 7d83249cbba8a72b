import type { RoleName } from '../config/config.ts';
import type { ClosingStack } from '../host/closing-stack.ts';
import { bindRoutes, type BoundRoute } from '../http/route.ts';
import { modules as listed } from '../modules/index.ts';
import type { AnyModule } from '../modules/module-spec.ts';
import type { Platform } from '../modules/platform.ts';
import type { Run } from '../modules/run.ts';

/** What every process needs, whatever its roles: access, limits, and the epoch that is in force. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'feeds',
  'revocations',
  'access',
  'limits',
  'idempotency',
  'channels',
]);

interface LoadedModule {
  readonly module: AnyModule;
  readonly api: object;
  readonly needs: Record<string, object>;
}

/** The modules of a process, wired. */
export class Modules {
  readonly #loaded: readonly LoadedModule[];
  readonly #platform: Platform;

  constructor(loaded: readonly LoadedModule[], platform: Platform) {
    this.#loaded = loaded;
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
    return this.#loaded.find(({ module }) => module.name === name)?.api as Api | undefined;
  }

  /** The routes that the roles open, in the order of the list. */
  async routes(): Promise<BoundRoute[]> {
    const { roles } = this.#platform.config;
    const ofModules = await Promise.all(
      this.#loaded.map(async ({ api, module, needs }) => {
        const routes = (await module.routes?.()) ?? [];
        const opened = routes.filter(({ role = 'api' }) => role === 'any' || roles.includes(role));
        return bindRoutes(opened, { ...needs, [module.name]: api, platform: this.#platform });
      }),
    );
    return ofModules.flat();
  }

  /** Starts the runs of the chosen roles, in the order of the list; runs of every process come first. */
  async start(when: 'before serving' | 'serving', closing: ClosingStack): Promise<void> {
    const { roles } = this.#platform.config;
    const isDue = ({ before }: Pick<Run<object, object>, 'before'>) =>
      (before === 'serving') === (when === 'before serving');
    for (const role of ['any', 'of a role'] as const) {
      for (const { api, module, needs } of this.#loaded) {
        for (const run of module.runs ?? []) {
          const isChosen = run.role === 'any' ? role === 'any' : role !== 'any' && roles.includes(run.role);
          if (!isChosen || !isDue(run)) continue;
          const start = await run.load();
          closing.use(await start(api, this.#platform, needs));
        }
      }
    }
  }
}

/** Wires the modules that the roles of this process need. Nothing is started. */
export async function createModules(platform: Platform, list: readonly AnyModule[] = listed): Promise<Modules> {
  const wanted = neededBy(platform.config.roles, list);
  const loads = await Promise.all(list.map(async (module) => (wanted.has(module.name) ? module.load() : undefined)));
  const apis = new Map<string, object>();
  const loaded = list.flatMap((module, index): LoadedModule[] => {
    const create = loads[index];
    if (!create) return [];
    const needs = Object.fromEntries(module.needs.map((name) => [name, needed(apis, module.name, name)]));
    const api = create(platform, needs);
    apis.set(module.name, api);
    return [{ module, api, needs }];
  });
  return new Modules(loaded, platform);
}

/** Names of the modules that open something in one of the roles, and of the modules that they need. */
function neededBy(roles: readonly RoleName[], list: readonly AnyModule[]): ReadonlySet<string> {
  const names = new Set<string>();
  const hasDoors = roles.includes('api') || roles.includes('gateway');
  for (const module of list.toReversed()) {
    const isRun = (module.runs ?? []).some(({ role }) => role !== 'any' && roles.includes(role));
    const isOpened = module.routes !== undefined && hasDoors;
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
