import type { Role } from './role.ts';

export const workerRole: Role = { name: 'worker', opens: [] };
