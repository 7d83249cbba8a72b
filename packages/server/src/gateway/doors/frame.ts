import { FEED_FRAMES, FRAME_ERRORS } from '@ovation/protocol';
import { z } from 'zod';
import type { Caller, ChannelMaker } from '../../callers/index.ts';
import type { Refusal } from './refusal.ts';

/** What a handler of the native door knows of the connection that speaks. */
export interface FrameSession {
  /** id of the connection */
  readonly connection: string;
  readonly caller: Caller;
  /** The feed that the client has subscribed as number `c`; undefined when it has not. */
  followed(c: number): { readonly prefix: string; readonly name: string } | undefined;
  /** For frames without an `id`, which may come in a stream: said at most four times a second. */
  refuse(refusal: Refusal): void;
}

/** How often one connection may say a frame. */
interface FrameLimit<Said> {
  readonly perSecond: number;
  readonly burst: number;
  /** what one frame counts; 1 when left out */
  readonly cost?: (said: Said) => number;
  /** the sentence of a refusal */
  readonly text: string;
}

/** A frame of the native door, with all that is to be said of it beside its handler. */
export interface NativeFrame<Api, Said = never> {
  readonly door: 'native';
  readonly op: string;
  /** has `op`, and `id` if the frame is answered */
  readonly schema: z.ZodObject;
  /** one line for people */
  readonly summary: string;
  /** Reads a frame as most clients write it without parsing JSON; undefined sends it the long way, which decides. */
  readonly fast?: (text: string) => Said | undefined;
  readonly limit?: FrameLimit<Said>;
  /** needed unless the server is in open mode, in the channel that the frame is about */
  readonly permission?: { readonly name: string; readonly channel: (said: Said, session: FrameSession) => string };
  /**
   * What it answers are the members of the `ok` frame; a frame without `id` gets no answer.
   * @throws Problem which is answered as `err`
   */
  readonly handler: (api: Api) => (said: Said, session: FrameSession) => unknown;
}

/** What a handler of the classic door knows of the connection that speaks. */
interface ClassicSpeaker {
  /** the channel of the connection */
  readonly channel: string;
  /** By what right it makes that channel when it is missing; undefined when it may not. */
  readonly channelMaker: () => Promise<ChannelMaker | undefined>;
}

/** A frame of the classic door. */
export interface ClassicFrame<Api, Data = never> {
  readonly door: 'classic';
  readonly type: string;
  readonly summary: string;
  /** of `data` */
  readonly schema: z.ZodType<Data>;
  /** needed in the channel of the connection */
  readonly permission?: { readonly name: string };
  /** Answers the frame that goes back. @throws Problem whose message is answered */
  readonly handler: (api: Api) => (data: Data, speaker: ClassicSpeaker) => Promise<object>;
}

export type Frame<Api> = NativeFrame<Api> | ClassicFrame<Api>;
export type BoundNativeFrame = NativeFrame<unknown, object>;
export type BoundClassicFrame = ClassicFrame<unknown, unknown>;
export type BoundFrame = BoundNativeFrame | BoundClassicFrame;

/** @returns a function that makes native frames over `Api`: what the handler is given is what the schema has read */
export function nativeFrameOf<Api>() {
  return <const Schema extends z.ZodObject>(
    frame: Omit<NativeFrame<Api, z.output<Schema>>, 'schema' | 'door'> & { readonly schema: Schema },
  ): Frame<Api> => ({ ...frame, door: 'native' }) as unknown as Frame<Api>; // read by its own schema, or by its fast reader
}

/** The same for the classic door. */
export function classicFrameOf<Api>() {
  return <Data>(frame: Omit<ClassicFrame<Api, Data>, 'door'>): Frame<Api> =>
    ({ ...frame, door: 'classic' }) as unknown as Frame<Api>; // read by its own schema
}

/** Gives the frames of a module what they work on. */
export function bindFrames<Api>(frames: readonly Frame<Api>[], api: Api): BoundFrame[] {
  return frames.map((frame) => {
    const handle = frame.handler(api);
    return { ...frame, handler: () => handle };
  }) as unknown as BoundFrame[]; // what was bound does not look at its argument
}

/** Longest frame a client may send, in bytes. */
const FRAME_MAX_BYTES = 16_384;
/** Longer ones are not tried with the fast readers. */
const FAST_MAX_BYTES = 600;

/** An object that the gateway itself understands. */
export type CoreFrame = z.output<(typeof FEED_FRAMES)[number]>;

export type ReadFrame =
  | { readonly ok: true; readonly said: CoreFrame; readonly frame?: undefined }
  | { readonly ok: true; readonly said: object; readonly frame: BoundNativeFrame }
  | { readonly ok: false; readonly id: number | undefined; readonly code: number; readonly msg: string };

/** Everything that may be said over sockets, and how it is read. */
export class FrameTable {
  /** stated in the welcome: `<op>PerSecond`, `<op>Burst` */
  readonly limits: Readonly<Record<string, number>>;
  readonly #native: ReadonlyMap<string, BoundNativeFrame>;
  readonly #fast: readonly BoundNativeFrame[];
  readonly #classic: ReadonlyMap<string, BoundClassicFrame>;
  readonly #schema: z.ZodType<object>;

  constructor(frames: readonly BoundFrame[]) {
    const native = frames.filter((frame) => frame.door === 'native');
    this.#native = new Map(native.map((frame) => [frame.op, frame]));
    this.#fast = native.filter(({ fast }) => fast !== undefined);
    this.#classic = new Map(frames.flatMap((frame) => (frame.door === 'classic' ? [[frame.type, frame]] : [])));
    this.#schema = z.discriminatedUnion('op', [...FEED_FRAMES, ...native.map(({ schema }) => schema)]);
    this.limits = Object.fromEntries(
      native.flatMap(({ limit, op }) =>
        limit ? [[`${op}PerSecond`, limit.perSecond] as const, [`${op}Burst`, limit.burst] as const] : [],
      ),
    );
  }

  /** What may be said at the native door. */
  get ops(): readonly string[] {
    return [...this.#native.keys(), ...FEED_FRAMES.map(({ shape }) => shape.op.value)];
  }

  /** What may be said at the classic door. */
  get types(): readonly string[] {
    return [...this.#classic.keys()];
  }

  classic(type: string): BoundClassicFrame | undefined {
    return this.#classic.get(type);
  }

  /**
   * The objects of one text frame. What cannot be read is an answer in itself. Each is read when it is asked for: thousands
   * of lines cost nothing once the connection is closed for the first few.
   */
  *read(data: Buffer): Generator<ReadFrame, void> {
    if (data.length > FRAME_MAX_BYTES) {
      yield problem(FRAME_ERRORS.tooLarge, `A frame may have ${FRAME_MAX_BYTES} bytes`);
      return;
    }
    const text = data.toString('utf8');
    const fast = data.length <= FAST_MAX_BYTES ? this.#readFast(text) : undefined;
    if (fast) yield fast;
    else for (const line of text.split('\n')) yield this.#readLine(line);
  }

  #readFast(text: string): ReadFrame | undefined {
    for (const frame of this.#fast) {
      const said = frame.fast?.(text);
      if (said) return { ok: true, said, frame };
    }
    return undefined;
  }

  #readLine(line: string): ReadFrame {
    let input: unknown;
    try {
      input = JSON.parse(line);
    } catch {
      return problem(FRAME_ERRORS.badRequest, 'A frame is one or more JSON objects, one a line');
    }
    const { op, id } = fieldsOf(input);
    const { success, data, error } = this.#schema.safeParse(input);
    // The schema has read it, so `op` is a string: of a module's frame, or of the gateway's own.
    const hasOp = typeof op === 'string';
    // The schema has read it: of a module's frame, or of the gateway's own.
    if (success && hasOp) return { ok: true, said: data as CoreFrame, frame: this.#native.get(op) };
    if (hasOp && !this.ops.includes(op)) {
      return problem(FRAME_ERRORS.unknownOp, `op must be one of ${this.ops.join(', ')}`, id);
    }
    const issue = error?.issues[0];
    const field = issue?.path.join('.');
    return problem(
      FRAME_ERRORS.badRequest,
      hasOp && field ? `${op}.${field}: ${issue?.message}` : 'op is required',
      id,
    );
  }
}

function problem(code: number, msg: string, id?: unknown): ReadFrame {
  return { ok: false, id: typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined, code, msg };
}

function fieldsOf(input: unknown): { op?: unknown; id?: unknown } {
  return typeof input === 'object' && input !== null ? input : {};
}
