import {
  channelFeed,
  channelNameSchema,
  CLASSIC_GREETING,
  CLASSIC_TEXTS,
  CLOSE,
  DEFAULT_CHANNEL,
  ERRORS,
  RAW_EMOTE_TEXTS,
} from '@ovation/protocol';
import type { Caller, Identity } from '../../callers/index.ts';
import { Problem } from '../../problem.ts';
import { gatewayMetrics } from '../metrics.ts';
import type { FeedRoom } from '../rooms/room.ts';
import type { Connection } from '../sockets/connection.ts';
import { pingFrame, textFrame } from '../sockets/text-frame.ts';
import { TokenBucket } from '../sockets/token-bucket.ts';
import type { DoorParts } from './door-parts.ts';
import type { BoundClassicFrame } from './frame.ts';
import type { Session } from './session.ts';

/** S0-26 */
const PING_MS = 30_000;
const INPUTS_PER_SECOND = 10;
const INPUTS_BURST = 50;
/** An input counts once more for each of these, as at the native door. */
const BYTES_OF_ONE = 1_024;
/** Inputs that may wait for their turn; each is answered before the next begins. */
const WAITING_MAX = 50;
/** Whoever goes on after so many refusals is closed. */
const REFUSALS_MAX = 200;
/** WebSocket's own code for "come back later" */
const TRY_AGAIN_LATER = 1013;

const PING_FRAME = pingFrame();

/** The first classic frame, to the letter (S0-21). */
const GREETING_FRAME = textFrame(JSON.stringify(CLASSIC_GREETING));

/** What the upgrade request said. */
export interface ClassicRequest {
  readonly stranger: Caller;
  /** `?token=`, or null */
  readonly token: string | null;
  /** `?streamerId=`, or null */
  readonly streamerId: string | null;
}

/** One classic client: greeted, told of moments that hold, may change settings (S0-21..S0-30, S2-22). */
export class ClassicSession implements Session {
  readonly #connection: Connection;
  readonly #parts: DoorParts;
  #caller: Caller;
  readonly #channel: string;
  readonly #inputs: TokenBucket;
  #room: FeedRoom | undefined;
  #pingedAt: number;
  #isAlive = true;
  #waiting = 0;
  #refusals = 0;
  /** inputs are handled one after the other, after the greeting */
  #tail: Promise<void>;

  constructor(connection: Connection, parts: DoorParts, request: ClassicRequest) {
    this.#connection = connection;
    this.#parts = parts;
    // An empty name is none, as at the classic addresses.
    this.#channel = request.streamerId || DEFAULT_CHANNEL;
    this.#caller = request.stranger;
    this.#pingedAt = parts.clock.now();
    this.#inputs = new TokenBucket(INPUTS_PER_SECOND, INPUTS_BURST, this.#pingedAt);
    this.#tail = this.#start(request.token ?? undefined);
  }

  get identity(): Identity {
    return this.#caller.identity;
  }

  /** The classic contract has one word for it. */
  revoked(): void {
    this.#connection.close(CLOSE.unauthorized, CLASSIC_TEXTS.unauthorized);
  }

  receive(data: Buffer): void {
    const cost = 1 + Math.floor(data.length / BYTES_OF_ONE);
    if (this.#waiting >= WAITING_MAX || this.#inputs.take(cost, this.#parts.clock.now()) > 0) {
      this.#refusals += 1;
      if (this.#refusals > REFUSALS_MAX) return this.#connection.close(CLOSE.flooding, ERRORS.tooMany.sentence);
      return this.#answer({ error: ERRORS.tooMany.sentence });
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

  async #start(token: string | undefined): Promise<void> {
    if (!channelNameSchema.safeParse(this.#channel).success) {
      return this.#connection.close(CLOSE.unauthorized, RAW_EMOTE_TEXTS.streamer);
    }
    if (!(await this.#isWelcome(token))) return this.revoked();
    try {
      // Listening creates no channel; the room follows a feed that may never get an entry.
      const feed = this.#parts.hub.kinds.find(channelFeed(this.#channel));
      if (!feed) throw new Error('This gateway serves no channels');
      // A listener of what does not exist waits behind those of what does.
      const isMissing = (await feed.refusal(this.#caller)) !== undefined;
      const room = await this.#parts.hub.open(feed, `${this.#caller.network}${isMissing ? ' missing' : ''}`);
      if (!this.#connection.isOpen) return undefined;
      this.#room = room;
      this.#write(GREETING_FRAME);
      return room.join(this.#connection);
    } catch (error) {
      this.#parts.hub.failed(channelFeed(this.#channel), error);
      return this.#connection.close(TRY_AGAIN_LATER, 'Try again later');
    }
  }

  /** A token that is not valid is refused, not ignored. */
  async #isWelcome(token: string | undefined): Promise<boolean> {
    this.#caller = await this.#parts.entrance.withToken(this.#caller, token);
    if (token !== undefined && this.#caller.identity.user === undefined) return false;
    return (await this.#parts.entrance.refusal(this.#caller)) === undefined;
  }

  async #handle(message: Buffer): Promise<void> {
    const input = readInput(message);
    if (typeof input === 'string') return this.#answer({ error: input });
    const { frames, hub } = this.#parts;
    const frame = frames.classic(input.type);
    if (!frame) {
      return this.#answer({
        error: `${CLASSIC_TEXTS.invalidFormat}: type must be one of ${frames.types.join(', ')}`,
      });
    }
    try {
      return this.#answer(await this.#answerOf(frame, input.data));
    } catch (error) {
      if (error instanceof Problem) return this.#answer({ error: error.message });
      const problem = hub.failed(frame.type, error);
      return this.#answer({ error: problem === ERRORS.internal ? CLASSIC_TEXTS.internal : problem.sentence });
    }
  }

  async #answerOf({ handler, permission, schema }: BoundClassicFrame, data: unknown): Promise<object> {
    if (permission && !(await this.#parts.entrance.permits(this.#caller, permission.name, this.#channel))) {
      return { error: CLASSIC_TEXTS.insufficientPermissions };
    }
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return { error: CLASSIC_TEXTS.invalidFormat };
    const read = schema.safeParse(data);
    if (!read.success) return { error: read.error.issues[0]?.message ?? CLASSIC_TEXTS.invalidFormat };
    const channelMaker = () => this.#parts.entrance.channelMaker(this.#caller, this.#channel);
    return handler(undefined)(read.data, { channel: this.#channel, channelMaker });
  }

  #answer(answer: object): void {
    this.#write(textFrame(JSON.stringify(answer)));
  }

  #write(frame: Buffer): void {
    this.#connection.write(frame);
    gatewayMetrics(this.#parts.metrics).framesSent.inc({ door: 'classic' });
  }
}

/** The classic front end tests `!message.type || !message.data`, so an empty value counts as missing (S0-30). */
function readInput(message: Buffer): { readonly type: string; readonly data: unknown } | string {
  let input: unknown;
  try {
    input = JSON.parse(message.toString('utf8'));
  } catch {
    return CLASSIC_TEXTS.invalidJson;
  }
  if (typeof input !== 'object' || input === null || !('type' in input) || !('data' in input)) {
    return CLASSIC_TEXTS.invalidFormat;
  }
  const { type, data } = input;
  return typeof type === 'string' && type !== '' && data ? { type, data } : CLASSIC_TEXTS.invalidFormat;
}
