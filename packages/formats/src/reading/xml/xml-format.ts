import type { FileHead, ImportFormat, ImportInput } from '../format.ts';
import { ArrangedMessages, type TimedMessage, isInOrder } from '../time/arranged.ts';
import { type XmlElement, elementReader, firstElements } from './xml-elements.ts';

/** A message, `none` for an element that is no message, or why a message is skipped. */
export type ReadElement = Omit<TimedMessage, 'where'> | 'none' | { readonly problem: string };

export interface XmlFormat {
  readonly name: string;
  readonly title: string;
  /** whether this element is one of the format's messages */
  isMessage(element: XmlElement): boolean;
  read(element: XmlElement): ReadElement;
}

/** A format with one message in each element of a kind. Comments of a video, which are in no order, are sorted. */
export function xmlFormat(format: XmlFormat): ImportFormat {
  const { name, title } = format;
  return {
    name,
    title,
    recognise: (head) => (isXml(head) && firstElements(head.text).some((element) => format.isMessage(element)) ? 1 : 0),
    open: (input) => open(format, input),
  };
}

/** Whether a file is XML and no web page. */
export function isXml({ text }: FileHead): boolean {
  if (/^<(?:!doctype html|html|head|body)\b/iu.test(text)) return false;
  // A log may begin with a name in such brackets.
  return /^<(?:\?xml|!--|!doctype)/iu.test(text) || (/^<[a-z][\w.:-]*[\s>]/iu.test(text) && text.includes('</'));
}

function open(format: XmlFormat, input: ImportInput) {
  const messages = new ArrangedMessages(input, !input.head.isWhole && isInOrder(timesOf(format, input)));
  return elementReader(
    input.notes,
    (element, where, out) => {
      const message = format.read(element);
      if (message === 'none') return;
      if ('problem' in message) input.notes.skip(where, message.problem);
      else messages.add({ ...message, where }, out);
    },
    (out) => messages.end(out),
  );
}

function timesOf(format: XmlFormat, { head }: ImportInput): number[] {
  return firstElements(head.text).flatMap((element) => {
    const message = format.read(element);
    return message === 'none' || 'problem' in message ? [] : [message.ms];
  });
}
