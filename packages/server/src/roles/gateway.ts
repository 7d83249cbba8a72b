import type { Role } from './role.ts';

export const gatewayRole: Role = { name: 'gateway', opens: ['sockets'] };
