import type { Role } from './role.ts';

export const simulatorRole: Role = { name: 'simulator', opens: [] };
