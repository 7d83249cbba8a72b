/** Places in a topic as people and pages write them: `120` for all partitions, or `0:120,3:45` for these only. */
export const PLACES = /^(?:\d{1,16}|\d{1,5}:\d{1,16}(?:,\d{1,5}:\d{1,16})*)$/;

export function readPlaces(text: string): ReadonlyMap<number, number> | number {
  if (!text.includes(':')) return Number(text);
  return new Map(
    text.split(',').map((one): [number, number] => {
      const [partition, offset] = one.split(':');
      return [Number(partition), Number(offset)];
    }),
  );
}

export function writePlaces(places: ReadonlyMap<number, number>): string {
  return Array.from(places, ([partition, offset]) => `${partition}:${Math.max(0, offset)}`).join(',');
}
