import { channelFeed, CONTROL_FEED, DEFAULT_SETTINGS, type FeedEntry } from '@ovation/protocol';
import { createManualClock } from '../manual-clock.ts';
import { EPOCH, FakeBus, FakeFeedLog, FakeStore, settle } from './feed-fakes.ts';
import { FakeGateway, Viewer, type Backends } from './resume-fakes.ts';

/** For tests: gateways and viewers of one channel, to which things happen step by step. */

const FEED = channelFeed('demo');
export const GATEWAYS = 2;
export const VIEWERS = 3;

export type Fate = 'arrives' | 'is lost' | 'comes twice';
type Step =
  | { do: 'commit'; bus: Fate; eventLog: Fate }
  | { do: 'redact'; back: number; bus: Fate; eventLog: Fate }
  /** the newest entries never were; a new epoch begins */
  | { do: 'renew'; lost: number; bus: Fate; eventLog: Fate }
  | { do: 'connect'; viewer: number; gateway: number }
  | { do: 'disconnect' | 'read'; viewer: number }
  | { do: 'wait'; ms: number }
  | { do: 'forget' }
  | { do: 'restart'; gateway: number }
  | { do: 'deaf'; gateway: number; isDeaf: boolean }
  | { do: 'log'; isDead: boolean }
  | { do: 'store'; isDown: boolean };
export type { Step };

export class Run implements AsyncDisposable {
  readonly backends: Backends = {
    clock: createManualClock(),
    bus: new FakeBus(),
    store: new FakeStore(),
    eventLog: new FakeFeedLog(),
  };
  readonly gateways: FakeGateway[];
  readonly viewers = Array.from({ length: VIEWERS }, () => new Viewer());
  readonly #at = new Map<Viewer, number>();
  last = 0;
  #epochs = 1;

  constructor() {
    this.gateways = Array.from({ length: GATEWAYS }, (_, i) => this.#newGateway(i));
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'commit':
        return this.#commit(step.bus, step.eventLog);
      case 'redact':
        return this.#redact(step.back, step.bus, step.eventLog);
      case 'renew':
        return this.#renew(step.lost, step.bus, step.eventLog);
      case 'connect':
        return this.#connect(step.viewer, step.gateway);
      case 'disconnect':
        return this.#disconnect(step.viewer);
      case 'read':
        return this.viewers[step.viewer]?.read();
      default:
        return this.#shake(step);
    }
  }

  /** Everything works again, everybody comes back and reads. */
  async heal(): Promise<void> {
    this.backends.store.isDown = false;
    this.backends.eventLog.isDead = true;
    this.backends.eventLog.wake();
    for (let i = 0; i < VIEWERS; i += 1) if (!this.viewers[i]?.isConnected) this.#connect(i, i % GATEWAYS);
    for (let round = 0; round < 14; round += 1) {
      this.backends.clock.advance(700);
      await settle(5);
      for (const one of this.viewers) one.read();
    }
  }

  sweep(): void {
    for (const one of this.gateways) one.sweep(this.backends.clock.now());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.gateways) await one[Symbol.asyncDispose]();
  }

  async #shake(step: Exclude<Step, { bus: Fate } | { viewer: number }>): Promise<void> {
    const { clock, store, eventLog } = this.backends;
    switch (step.do) {
      case 'wait':
        return clock.advance(step.ms);
      case 'forget':
        // Longer than a ring remembers.
        clock.advance(300_001);
        return this.sweep();
      case 'restart':
        return this.#restart(step.gateway);
      case 'deaf':
        this.#gateway(step.gateway).isDeaf = step.isDeaf;
        return undefined;
      case 'log':
        eventLog.isDead = step.isDead;
        return eventLog.wake();
      default:
        store.isDown = step.isDown;
        return undefined;
    }
  }

  #gateway(index: number): FakeGateway {
    const found = this.gateways[index];
    if (!found) throw new Error(`There is no gateway ${index}`);
    return found;
  }

  #commit(bus: Fate, eventLog: Fate): void {
    const entry = this.backends.store.append(FEED, {
      y: 'settings',
      d: { ...DEFAULT_SETTINGS, version: this.last + 1 },
    });
    this.last = entry.seq;
    this.#bring(entry, bus, eventLog);
  }

  #redact(back: number, bus: Fate, eventLog: Fate): void {
    if (this.last === 0) return;
    const entry = this.backends.store.redact(FEED, Math.max(1, this.last - back));
    this.last = entry.seq;
    this.#bring(entry, bus, eventLog);
  }

  #renew(lost: number, bus: Fate, eventLog: Fate): void {
    const { store } = this.backends;
    const before = store.epoch;
    this.#epochs += 1;
    const epoch = `${EPOCH.slice(0, -1)}${this.#epochs}`;
    store.rollBack(lost, epoch);
    this.last = Math.max(0, this.last - lost);
    this.#bring(store.append(CONTROL_FEED, { y: 'epoch', d: { epoch, before } }), bus, eventLog);
  }

  #bring(entry: FeedEntry, bus: Fate, eventLog: Fate): void {
    const bring = (how: Fate, path: () => void) => {
      if (how !== 'is lost') path();
      if (how === 'comes twice') path();
    };
    bring(bus, () => this.backends.bus.publish(`feed:${entry.feed}`, entry));
    bring(eventLog, () => this.backends.eventLog.append(entry));
  }

  #newGateway(index: number): FakeGateway {
    return new FakeGateway(this.backends, `node-${index}`);
  }

  #connect(index: number, gatewayIndex: number): void {
    this.#disconnect(index);
    const one = this.viewers[index];
    if (!one) return;
    this.#at.set(one, gatewayIndex);
    one.connect(this.#gateway(gatewayIndex));
  }

  #disconnect(index: number): void {
    if (this.viewers[index]?.isConnected) this.viewers[index].disconnect();
  }

  async #restart(index: number): Promise<void> {
    for (const [i, one] of this.viewers.entries()) if (this.#at.get(one) === index) this.#disconnect(i);
    await this.#gateway(index)[Symbol.asyncDispose]();
    this.gateways[index] = this.#newGateway(index);
  }
}
