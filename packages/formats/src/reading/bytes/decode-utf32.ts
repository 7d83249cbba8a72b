import { ImportError } from '../import-error.ts';
import { join } from './unpack.ts';

/** UTF-32. The web's TextDecoder does not know it, but TwitchDownloader accepts such files. */
export async function* decodeUtf32(
  bytes: AsyncIterable<Uint8Array>,
  isLittleEndian: boolean,
): AsyncGenerator<string, void> {
  let carried: Uint8Array = new Uint8Array();
  let line = 1;
  for await (const chunk of bytes) {
    const data = join(carried, chunk);
    const whole = data.length - (data.length % 4);
    const view = new DataView(data.buffer, data.byteOffset, whole);
    let text = '';
    for (let at = 0; at < whole; at += 4) {
      const point = view.getUint32(at, isLittleEndian);
      if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw notUtf32(line);
      if (point === 0x0a) line += 1;
      text += String.fromCodePoint(point);
    }
    // A copy: the source may use its buffer again.
    carried = data.slice(whole);
    yield text;
  }
  if (carried.length > 0) throw notUtf32(line);
}

function notUtf32(line: number): ImportError {
  return new ImportError(
    `Line ${line} has something that is not UTF-32, as which the file is marked: save it as UTF-8`,
  );
}
