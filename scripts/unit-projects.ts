const packages = ['protocol', 'moments', 'formats', 'client', 'server', 'web'];

/** One vitest project per package, and one for the repository's own scripts. `exclude` leaves files out of all. */
export function unitProjects(exclude: readonly string[] = []) {
  const leaveOut = { exclude: ['**/node_modules/**', ...exclude], environment: 'node' as const };
  return [
    ...packages.map((name) => ({
      extends: true as const,
      test: {
        ...leaveOut,
        name,
        root: `packages/${name}`,
        include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
      },
    })),
    { extends: true as const, test: { ...leaveOut, name: 'repository', include: ['scripts/**/*.test.ts'] } },
  ];
}
