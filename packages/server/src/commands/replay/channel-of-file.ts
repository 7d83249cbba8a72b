import path from 'node:path';

const NAME_MAX = 64;

/** A channel name from a file name: `My stream.json.gz` gives `My-stream`. */
export function channelOfFile(file: string): string {
  let name = path.basename(file);
  while (/\.(?:gz|zip|tar|tgz|zst|xz|bz2|br|jsonl?|txt|log|tsv|csv|srt|vtt|ass|ssa|xml)$/iu.test(name))
    name = name.slice(0, name.lastIndexOf('.'));
  const plain = name.replaceAll(/[^A-Za-z0-9_.-]+/gu, '-').replace(/^[^A-Za-z0-9]+/u, '');
  return plain.slice(0, NAME_MAX).replace(/-+$/u, '') || 'replay';
}
