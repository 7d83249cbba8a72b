export const PORT_MAX = 65_535;

/** Reads `host`, `host:port` or `[v6]:port`. Undefined when it is none of them. */
export function hostAndPort(address: string, usualPort: number): { host: string; port: number } | undefined {
  const groups = /^(?:\[(?<six>[0-9a-f:]+)\]|(?<host>[A-Za-z0-9._-]+))(?::(?<port>\d{1,5}))?$/i.exec(address)?.groups;
  const host = groups?.['six'] ?? groups?.['host'];
  const port = Number(groups?.['port'] ?? usualPort);
  return host !== undefined && port >= 1 && port <= PORT_MAX ? { host, port } : undefined;
}
