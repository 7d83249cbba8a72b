import { bindFrames } from '../../src/gateway/index.ts';
import { FrameTable } from '../../src/gateway/doors/frame.ts';
import { modules } from '../../src/modules/index.ts';

/** For tests: what all modules of the list let clients say over sockets, and follow. */

const frames = (await Promise.all(modules.map(async (module) => (await module.frames?.()) ?? []))).flat();

/** Their handlers are given nothing to work on: only what the table says of them is of use. */
export const listedFrames = new FrameTable(bindFrames(frames, {} as never));

export const listedFeedKinds = (
  await Promise.all(modules.map(async (module) => (await module.feeds?.()) ?? []))
).flat();
