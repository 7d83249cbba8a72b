import type { ControlEvent, Revocation } from '@ovation/protocol';
import type { Identity } from './identity.ts';

/** The revocations in force, in memory: every ticket and token is looked up here. */
export class RevocationList {
  readonly #untilOf = new Map<string, number>();

  /** Takes the whole list, instead of what was known. */
  replace(list: readonly Revocation[]): void {
    this.#untilOf.clear();
    for (const one of list) this.#add(one);
  }

  apply(event: ControlEvent): void {
    if (event.y === 'revoked') this.#add(event.d);
    else if (event.y === 'restored') this.#untilOf.delete(`${event.d.kind}/${event.d.id}`);
  }

  /** Which part of the identity is revoked; undefined when none is. */
  find(identity: Identity, now: number): Revocation['kind'] | undefined {
    if (this.#untilOf.size === 0) return undefined;
    const kinds = ['user', 'session', 'ticket'] as const;
    return kinds.find((kind) => {
      const id = identity[kind];
      return id !== undefined && (this.#untilOf.get(`${kind}/${id}`) ?? Number.NEGATIVE_INFINITY) > now;
    });
  }

  #add({ kind, id, until }: Revocation): void {
    this.#untilOf.set(`${kind}/${id}`, until ?? Number.POSITIVE_INFINITY);
  }
}
