/**
 * Calls every listener. One that throws is the application's trouble: its error is reported as an uncaught one, and
 * neither other listeners nor the frames that follow are lost by it.
 */
export function callEach<A extends unknown[]>(listeners: Iterable<(...args: A) => void>, ...args: A): void {
  for (const listener of listeners) {
    try {
      listener(...args);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
