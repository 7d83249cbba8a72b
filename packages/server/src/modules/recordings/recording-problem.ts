import { ImportError } from '@ovation/formats';

/** Why a recording could not be analyzed. The message is one sentence, the same in the terminal and over HTTP. */
export class RecordingProblem extends Error {
  override readonly name = 'RecordingProblem';
  readonly kind: RecordingProblemKind;

  constructor(kind: RecordingProblemKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** `unreadable`: the file is at fault; `too_large`: more than is taken; `busy`: too many now; `no_room`: the disk is full. */
export type RecordingProblemKind = 'unreadable' | 'too_large' | 'busy' | 'no_room';

/** Thrown inside of an import, which passes on only errors of its own kind. */
export class UnpackedTooLarge extends ImportError {}

/** The problem that an error is, if it is the file's; undefined for any other error. */
export function problemOfFile(error: unknown): RecordingProblem | undefined {
  if (error instanceof RecordingProblem) return error;
  if (error instanceof UnpackedTooLarge) return new RecordingProblem('too_large', error.message, { cause: error });
  return error instanceof ImportError ? new RecordingProblem('unreadable', error.message, { cause: error }) : undefined;
}
