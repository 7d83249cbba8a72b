import path from 'node:path';
import { type Channel, channelNameSchema } from '@ovation/protocol';
import { z } from 'zod';
import { withChannelsAtRest } from '../../compose/channels-at-rest.ts';
import { readAccess } from '../../host/data-folder.ts';
import { type ChannelChange, changeChannel } from '../../modules/channels/index.ts';
import { askServer } from '../ask-server.ts';
import { CommandError } from '../command-errors.ts';
import type { CommandIo } from '../command-io.ts';
import { flag } from '../command-options.ts';
import { defineCommand } from '../define-command.ts';
import { folderOption, readConfig } from '../read-config.ts';
import { renderTable } from '../terminal/table.ts';

const DONE = { create: 'created', archive: 'archived', restore: 'restored', delete: 'deleted' } as const;

const changes = z.enum(['create', 'archive', 'restore', 'delete']);

export const channelsCommand = defineCommand({
  name: 'channels',
  about:
    'Lists the channels of a data folder, and creates, archives, restores or deletes one. An archived channel is in no list and takes nothing new. A deleted one is gone with everything that belongs to it; "default" begins anew instead. Asks the running server, or opens the folder when none runs.',
  operands: {
    value: 'list|create|archive|restore|delete [NAME]',
    type: z.union(
      [z.tuple([z.literal('list')]), z.tuple([changes, channelNameSchema])],
      'Say what to do: list, or create, archive, restore or delete and the NAME of one channel.',
    ),
  },
  options: { json: flag('print the answer as JSON'), 'data-dir': folderOption },
  async run({ operands: [word, name], options: { 'data-dir': folder, json } }, io) {
    const doors = await doorsOf(folder, io);
    if (word === 'list') {
      const found = await doors.list();
      const rows = found.map((channel) => [channel.name, channel.createdAt, channel.archivedAt ?? '']);
      io.stdout.write(
        `${json ? JSON.stringify(found, null, 2) : renderTable(['channel', 'created', 'archived'], rows)}\n`,
      );
      return 'fine';
    }
    await doors.change(word, name);
    io.stdout.write(json ? `${JSON.stringify({ name, change: word })}\n` : `Channel ${name} is ${DONE[word]}.\n`);
    return 'fine';
  },
});

interface ChannelsOfFolder {
  list(): Promise<readonly Channel[]>;
  change(change: ChannelChange, name: string): Promise<void>;
}

/** The server that holds the folder, or the folder itself. */
async function doorsOf(given: string | undefined, io: CommandIo): Promise<ChannelsOfFolder> {
  const config = readConfig({ dataDir: given });
  const folder = config.dataDir;
  if (!(await readAccess(path.resolve(folder)))) return doorsAtRest(config);
  return {
    async list() {
      const request = { method: 'GET', path: '/internal/channels' } as const;
      return (await askServer<{ data: Channel[] }>(request, { folder, io })).data;
    },
    async change(change, name) {
      await askServer({ method: 'POST', path: '/internal/channels', body: { change, name } }, { folder, io });
    },
  };
}

function doorsAtRest(config: ReturnType<typeof readConfig>): ChannelsOfFolder {
  const open: typeof withChannelsAtRest = async (...given) => {
    try {
      return await withChannelsAtRest(...given);
    } catch (error) {
      throw new CommandError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  };
  return {
    list: () =>
      open(config, async (channels) => [...(await channels.list()), ...(await channels.list({ archived: true }))]),
    change: (change, name) => open(config, (channels) => changeChannel(channels, change, name)),
  };
}
