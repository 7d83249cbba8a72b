import type { Role } from './role.ts';

export const gatewayRole: Role = {
  name: 'gateway',
  summary: 'sockets, streams and polls of the viewers',
  opens: ['sockets'],
};
