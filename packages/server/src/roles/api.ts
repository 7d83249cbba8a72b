import type { Role } from './role.ts';

export const apiRole: Role = { name: 'api', opens: ['pages'] };
