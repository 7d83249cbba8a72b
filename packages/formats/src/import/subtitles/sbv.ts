import { cueFormat } from '../../reading/subtitles/cue-reader.ts';

/** Chat of Google Meet, and subtitles of YouTube: `0:00:05.000,0:00:07.000` above the lines of a message. */
export const sbv = cueFormat({
  name: 'sbv',
  title: 'SBV subtitles and chat of Google Meet',
  arrow: /^,/u,
  recognise: ({ lines: [first = ''] }) =>
    /^\d{1,4}:\d{2}:\d{2}\.\d{3},\d{1,4}:\d{2}:\d{2}\.\d{3}\s*$/u.test(first) ? 1 : 0,
});
