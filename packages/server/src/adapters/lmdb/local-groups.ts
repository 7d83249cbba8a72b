import type { GroupMember, GroupOptions } from '../../ports/event-log.ts';

/**
 * Groups of a log that one process writes: there is no one to share with, so the first member holds all partitions. The
 * next one, if there is any, gets them when the first leaves.
 */
export class LocalGroups {
  /** group and topic → members, the holder first */
  readonly #groups = new Map<string, LocalMember[]>();

  join(options: GroupOptions, partitions: number): GroupMember {
    const key = JSON.stringify([options.group, options.topic]);
    const members = this.#groups.get(key) ?? [];
    this.#groups.set(key, members);
    const leave = (leaving: LocalMember) => {
      const held = leaving === members[0];
      members.splice(members.indexOf(leaving), 1);
      if (members.length === 0) this.#groups.delete(key);
      else if (held) members[0]?.take();
    };
    const member = new LocalMember(options, partitions, leave);
    members.push(member);
    if (member === members[0]) member.take();
    return member;
  }
}

class LocalMember implements GroupMember {
  held: readonly number[] = [];
  readonly #options: GroupOptions;
  readonly #partitions: number;
  readonly #leave: (member: LocalMember) => void;
  #leaving: Promise<void> | undefined;

  constructor(options: GroupOptions, partitions: number, leave: (member: LocalMember) => void) {
    this.#options = options;
    this.#partitions = partitions;
    this.#leave = leave;
  }

  take(): void {
    if (this.#leaving) return;
    this.held = Array.from({ length: this.#partitions }, (_, partition) => partition);
    this.#options.onAssigned(this.held);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#leaving ??= this.#giveBack();
    return this.#leaving;
  }

  async #giveBack(): Promise<void> {
    const { held } = this;
    try {
      if (held.length > 0) await this.#options.onRevoked(held);
    } finally {
      this.held = [];
      this.#leave(this);
    }
  }
}
