import { analyzerRole } from './analyzer.ts';
import { apiRole } from './api.ts';
import { gatewayRole } from './gateway.ts';
import type { Role } from './role.ts';
import { simulatorRole } from './simulator.ts';
import { workerRole } from './worker.ts';

/** Every role. A new one is its file, its name in config.ts and a line here. */
export const roles: readonly Role[] = [apiRole, gatewayRole, analyzerRole, workerRole, simulatorRole];
