import { ERRORS, settingsPatchSchema } from '@ovation/protocol';
import { classicFrameOf, type Frame } from '../../gateway/doors/frame.ts';
import { Problem } from '../../problem.ts';
import type { ChannelDoors } from './routes/doors.ts';

const frame = classicFrameOf<ChannelDoors>();

export const frames: readonly Frame<ChannelDoors>[] = [
  frame({
    type: 'settings',
    summary: 'Change settings',
    permission: { name: 'update:settings' },
    schema: settingsPatchSchema,
    handler:
      ({ channels }) =>
      async (patch, { channel, channelMaker }) => {
        if (Object.keys(patch).length === 0) {
          throw new Problem(ERRORS.validation, 'Settings need at least one of interval, threshold, allowedEmotes');
        }
        const maker = (await channels.find(channel)) ? undefined : await channelMaker();
        if (maker) await channels.ensure(channel, maker);
        const { interval, threshold, allowedEmotes } = await channels.changeSettings(channel, patch);
        return { type: 'settings', data: { interval, threshold, allowedEmotes } };
      },
  }),
];
