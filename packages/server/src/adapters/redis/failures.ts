/** What Redis answered, or why it did not. */
export class RedisAway extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RedisAway';
  }
}

/** Words of Redis, of TLS and of the client, and what they mean for the person who configured the address. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/WRONGPASS|invalid password|invalid username-password/, 'Redis does not take this user name and password'],
  [/NOAUTH/, 'Redis asks for a password, and none is configured'],
  [/NOPERM/, 'Redis does not allow this user a command, key or channel that the server needs'],
  [/DB index is out of range|SELECT is not allowed/, 'Redis does not have the database of this number'],
  [/unknown command '?s?(subscribe|publish)/i, 'This Redis is too old: the server needs Redis 7'],
  [/cluster support disabled/, 'This Redis is not a cluster: configure it as a single one'],
  [
    /self[- ]signed certificate|unable to verify|CERT_|certificate has expired/i,
    'The certificate of Redis is not trusted',
  ],
  [/wrong version number|EPROTO/, 'Redis does not speak TLS at this address'],
];

/** Why Redis will not serve us however often we ask, as a sentence; undefined for an outage. Never holds a secret. */
export function refusalOf(error: unknown): string | undefined {
  const text = textOf(error);
  return REFUSALS.find(([words]) => words.test(text))?.[1];
}

/** Errors of a reply say what is wrong with this call; all others that the server or its data are away. */
export function isWrongCall(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && /^(ERR|WRONGTYPE)\b/.test(error.message);
}

export function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.includes('WRONGTYPE');
}

/** The messages of the error and of its causes. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const behind = 'lastNodeError' in error ? error.lastNodeError : error.cause;
  return [code, error.message, ...(behind === undefined || behind === null ? [] : [textOf(behind)])].join(' ');
}

/** One line for a log: what happened, without the arguments of the command. */
export function reasonOf(error: unknown): string {
  return refusalOf(error) ?? textOf(error).trim();
}
