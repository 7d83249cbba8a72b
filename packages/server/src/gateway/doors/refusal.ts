import { type ErrorSpec, FRAME_ERRORS } from '@ovation/protocol';

/** Why a frame is refused. */
export interface Refusal {
  readonly code: number;
  readonly msg: string;
  /** when to try again, ms */
  readonly after?: number;
}

const RETRY_AFTER_MS = 2_000;

export const NOT_NOW: Refusal = { code: FRAME_ERRORS.unavailable, msg: 'Not now', after: RETRY_AFTER_MS };

/** The code of a frame for each HTTP status of the catalogue; what is not here is a bad request. */
const CODES: Readonly<Record<number, number>> = {
  401: FRAME_ERRORS.notAuthenticated,
  403: FRAME_ERRORS.forbidden,
  404: FRAME_ERRORS.noSuchChannel,
  429: FRAME_ERRORS.tooManyRequests,
  500: FRAME_ERRORS.internal,
  503: FRAME_ERRORS.unavailable,
};

/** An error of the catalogue in the words of the native door. @param msg instead of the catalogue's sentence */
export function refusalOf({ status, sentence }: ErrorSpec, msg: string = sentence): Refusal {
  return { code: CODES[status] ?? FRAME_ERRORS.badRequest, msg };
}
