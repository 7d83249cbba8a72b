import type { ImportFormat } from '../../reading/format.ts';
import { ImportError } from '../../reading/import-error.ts';
import { fieldsOf } from '../../reading/records/json-fields.ts';
import { JsonScanner } from '../../reading/records/json-scanner.ts';
import { Recording, isTwitchComment, readTwitchComment } from '../../reading/twitch-comment.ts';

const WANTED = { path: ['comments'], members: ['video', 'streamer'], elementName: 'comment' };

/**
 * TwitchDownloader's JSON in the present layout (`FileInfo`, `streamer`, `video`, `comments`) and the early one
 * (`video`, `comments`), which other tools write as well.
 */
export const twitchDownloaderJson: ImportFormat = {
  name: 'twitchdownloader-json',
  title: 'TwitchDownloader JSON',

  recognise({ json }) {
    const root = fieldsOf(json[0]);
    if ('FileInfo' in root) return 1;
    const { comments } = root;
    if (!Array.isArray(comments)) return 0;
    return comments.length === 0 || comments.some((comment) => isTwitchComment(fieldsOf(comment))) ? 1 : 0;
  },

  open(input) {
    const { notes } = input;
    const recording = new Recording();
    const scanner = new JsonScanner(WANTED);
    let hasList = false;
    return {
      push(piece, out) {
        for (const part of scanner.push(piece)) {
          if (part.kind === 'list') hasList = true;
          else if (part.kind === 'member') recording.learn(part.name, fieldsOf(part.value), notes.report);
          else {
            const where = `comment ${part.index + 1}`;
            const comment = part.kind === 'element' ? fieldsOf(part.value) : undefined;
            const message = comment && readTwitchComment(comment, where, input, recording);
            if (message) out.push(message);
            else if (!comment) notes.skip(where, 'it is not valid JSON');
          }
        }
      },
      end() {
        scanner.end();
        if (hasList) return;
        throw new ImportError('The JSON has no list "comments" at its top: TwitchDownloader did not write this file');
      },
    };
  },
};
