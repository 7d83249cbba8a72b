import { cueFormat } from '../../reading/subtitles/cue-reader.ts';

const TIMES = /^-?\d{1,4}:\d{2}:\d{2}[,.:]\d{1,3} {0,3}--> {0,3}-?\d{1,4}:\d{2}:\d{2}/u;

/** SubRip subtitles with `name: text`, as Twitch-Chat-Downloader writes them. */
export const srt = cueFormat({
  name: 'srt',
  title: 'SRT subtitles',
  arrow: /^\s*-->\s*/u,
  recognise: ({ lines: [first = '', second = ''] }) =>
    TIMES.test(first) || (/^\s*\d{1,9}\s*$/u.test(first) && TIMES.test(second)) ? 1 : 0,
});
