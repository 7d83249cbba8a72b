import {
  channelNameSchema,
  CLASSIC_TEXTS,
  CLOSE,
  DEFAULT_CHANNEL,
  RAW_EMOTE_TEXTS,
  settingsPatchSchema,
  type ChannelSettings,
  type SettingsPatch,
} from '@ovation/protocol';
import type { AccessRule } from '../../callers/index.ts';
import { ChannelProblem } from '../../modules/channels/index.ts';
import type { Identity } from '../../callers/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { GREETING_FRAME, readClassicInput } from './classic-frames.ts';
import type { Connection } from '../sockets/connection.ts';
import type { Guard } from './control-watch.ts';
import type { Hub } from '../rooms/hub.ts';
import type { Room } from '../rooms/room.ts';
import type { Session } from './session.ts';
import { pingFrame, textFrame } from '../sockets/text-frame.ts';
import { TokenBucket } from '../sockets/token-bucket.ts';
import { gatewayMetrics } from '../metrics.ts';

/** S0-26 */
const PING_MS = 30_000;
const INPUTS_PER_SECOND = 10;
const INPUTS_BURST = 50;
/** Inputs that may wait for their turn; each is answered before the next begins. */
const WAITING_MAX = 50;
/** Whoever goes on after so many refusals is closed. */
const REFUSALS_MAX = 200;
/** WebSocket's own code for "come back later" */
const TRY_AGAIN_LATER = 1013;

const PING_FRAME = pingFrame();

const TEXTS = {
  data: 'Settings need at least one of interval, threshold, allowedEmotes',
  tooMany: 'Too many requests',
} as const;

export interface ClassicDoorParts {
  readonly hub: Hub;
  readonly channels: { changeSettings(name: string, patch: SettingsPatch): Promise<ChannelSettings> };
  readonly access: AccessRule;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What the upgrade request said. */
export interface ClassicRequest {
  /** `?streamerId=`, or null */
  readonly streamerId: string | null;
  /** `?token=`, or null */
  readonly token: string | null;
  /** whether open settings are open to whoever asked */
  readonly isTrusted: boolean;
}

/** One classic client: greeted, told of moments that hold, may change settings (S0-21..S0-30, S2-22). */
export class ClassicSession implements Session {
  readonly #connection: Connection;
  readonly #parts: ClassicDoorParts;
  readonly #channel: string;
  readonly #token: string | undefined;
  readonly #isTrusted: boolean;
  readonly #inputs: TokenBucket;
  identity: Identity = {};
  #room: Room | undefined;
  #pingedAt: number;
  #isAlive = true;
  #waiting = 0;
  #refusals = 0;
  /** inputs are handled one after the other, after the greeting */
  #tail: Promise<void>;

  constructor(connection: Connection, parts: ClassicDoorParts, request: ClassicRequest) {
    this.#connection = connection;
    this.#parts = parts;
    this.#channel = request.streamerId ?? DEFAULT_CHANNEL;
    this.#token = request.token ?? undefined;
    this.#isTrusted = request.isTrusted;
    this.#pingedAt = parts.clock.now();
    this.#inputs = new TokenBucket(INPUTS_PER_SECOND, INPUTS_BURST, this.#pingedAt);
    this.#tail = this.#start();
  }

  /** The classic contract has one word for it. */
  revoked(): void {
    this.#connection.close(CLOSE.unauthorized, CLASSIC_TEXTS.unauthorized);
  }

  receive(data: Buffer): void {
    if (this.#waiting >= WAITING_MAX || this.#inputs.take(1, this.#parts.clock.now()) > 0) {
      this.#refusals += 1;
      if (this.#refusals > REFUSALS_MAX) return this.#connection.close(CLOSE.flooding, TEXTS.tooMany);
      return this.#answer({ error: TEXTS.tooMany });
    }
    this.#waiting += 1;
    this.#tail = this.#tail.then(async () => {
      this.#waiting -= 1;
      if (this.#connection.isOpen) await this.#handle(data);
    });
    return undefined;
  }

  ponged(): void {
    this.#isAlive = true;
  }

  closed(): void {
    this.#room?.leave(this.#connection);
    this.#room = undefined;
  }

  sweep(now: number): void {
    if (now - this.#pingedAt < PING_MS) return;
    if (!this.#isAlive) return this.#connection.terminate();
    this.#isAlive = false;
    this.#pingedAt = now;
    return this.#connection.write(PING_FRAME);
  }

  /** Classic frames have no word for it. */
  drain(): void {}

  end(): void {
    this.#connection.close(CLOSE.restart, 'The server restarts');
  }

  async #start(): Promise<void> {
    if (!channelNameSchema.safeParse(this.#channel).success) {
      return this.#connection.close(CLOSE.unauthorized, RAW_EMOTE_TEXTS.streamer);
    }
    if (this.#token !== undefined && !(await this.#isWelcome(this.#token))) return this.revoked();
    try {
      // Listening creates no channel; the room follows a feed that may never get an entry.
      const room = await this.#parts.hub.open(this.#channel);
      if (!this.#connection.isOpen) return undefined;
      this.#room = room;
      this.#write(GREETING_FRAME);
      return room.join(this.#connection);
    } catch (error) {
      this.#failed(error);
      return this.#connection.close(TRY_AGAIN_LATER, 'Try again later');
    }
  }

  async #isWelcome(token: string): Promise<boolean> {
    const owner = await this.#parts.access.identify(token);
    if (!owner || !(await this.#parts.guard.ready())) return false;
    this.identity = owner;
    return this.#parts.guard.find(owner) === undefined;
  }

  async #handle(message: Buffer): Promise<void> {
    const input = readClassicInput(message);
    if (!input.ok) {
      const isJson = input.problem === 'format';
      return this.#answer({ error: isJson ? CLASSIC_TEXTS.invalidFormat : CLASSIC_TEXTS.invalidJson });
    }
    const handler = Object.hasOwn(HANDLERS, input.type) ? HANDLERS[input.type] : undefined;
    if (!handler) {
      return this.#answer({
        error: `${CLASSIC_TEXTS.invalidFormat}: type must be one of ${CLASSIC_FRAMES.join(', ')}`,
      });
    }
    try {
      return await handler(this, input.data);
    } catch (error) {
      if (error instanceof ChannelProblem) return this.#answer({ error: error.message });
      this.#failed(error);
      return this.#answer({ error: CLASSIC_TEXTS.internal });
    }
  }

  /** Not a private method: the table below reaches it. */
  async changeSettings(data: unknown): Promise<void> {
    if (!(await this.#mayChangeSettings())) return this.#answer({ error: CLASSIC_TEXTS.insufficientPermissions });
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      return this.#answer({ error: CLASSIC_TEXTS.invalidFormat });
    }
    const patch = settingsPatchSchema.safeParse(data);
    if (!patch.success) return this.#answer({ error: patch.error.issues[0]?.message ?? CLASSIC_TEXTS.invalidFormat });
    if (Object.keys(patch.data).length === 0) return this.#answer({ error: TEXTS.data });
    const settings = await this.#parts.channels.changeSettings(this.#channel, patch.data);
    const { interval, threshold, allowedEmotes } = settings;
    return this.#answer({ type: 'settings', data: { interval, threshold, allowedEmotes } });
  }

  async #mayChangeSettings(): Promise<boolean> {
    const { access } = this.#parts;
    if (access.mode === 'open' && !this.#isTrusted) return false;
    return (await access.check(this.#token, 'update:settings', this.#channel)).ok;
  }

  #failed(error: unknown): void {
    this.#parts.metrics.errors.inc({ part: 'gateway' });
    this.#parts.logger.error({ err: error, channel: this.#channel }, 'a classic client could not be served');
  }

  #answer(answer: object): void {
    this.#write(textFrame(JSON.stringify(answer)));
  }

  #write(frame: Buffer): void {
    this.#connection.write(frame);
    gatewayMetrics(this.#parts.metrics).framesSent.inc({ door: 'classic' });
  }
}

const HANDLERS: Readonly<Record<string, (session: ClassicSession, data: unknown) => Promise<void>>> = {
  settings: (session, data) => session.changeSettings(data),
};

/** What may be said at this door: the fuzz test has a generator for each. */
export const CLASSIC_FRAMES: readonly string[] = Object.keys(HANDLERS);
