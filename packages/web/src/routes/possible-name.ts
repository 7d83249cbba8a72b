/** What a channel may be called (the server decides; this saves a question). */
export const POSSIBLE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
