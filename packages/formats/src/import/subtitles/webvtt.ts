import { cueFormat } from '../../reading/subtitles/cue-reader.ts';

/** WebVTT with `<v name>text` or `name: text`, as meeting programs and converters of chats write it. */
export const webvtt = cueFormat({
  name: 'webvtt',
  title: 'WebVTT subtitles',
  arrow: /^\s*-->\s*/u,
  hasNames: true,
  recognise: ({ text }) => (/^WEBVTT(?:\s|$)/u.test(text) ? 1 : 0),
});
