import type { RoleName } from '../config/config.ts';

/** A role is a list of the doors that it opens; the runs of modules name the role that starts them. */
export interface Role {
  readonly name: RoleName;
  /**
   * `pages`: the web page and the OpenAPI page. `sockets`: both sockets, with their frames and feeds. Routes of modules name
   * their role themselves. `/live /ready /health /metrics` are open in every process.
   */
  readonly opens: readonly ('pages' | 'sockets')[];
}
