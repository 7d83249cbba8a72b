/**
 * Lua for what is not one command. Each touches one key, so that it runs in a cluster. Kinds are Redis types: a value is a
 * string, a counter a hash, a sorted set a sorted set, a window a list; another kind's command answers WRONGTYPE.
 */
const WRONG_TYPE = `redis.error_reply('WRONGTYPE Operation against a key holding the wrong kind of value')`;

/** ARGV: value, time to live (ms). SET alone would replace any kind. */
const SET_VALUE = `
local held = redis.call('TYPE', KEYS[1]).ok
if held ~= 'none' and held ~= 'string' then return ${WRONG_TYPE} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** ARGV: what is added, time to live (ms). */
const ADD_TO_COUNTER = `
local n = redis.call('HINCRBY', KEYS[1], 'n', ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return n`;

/** ARGV: member, score, time to live (ms). */
const ADD_SCORE = `
local isNew = redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return isNew`;

/**
 * ARGV: limit, window (ms), cost, the most instants kept one by one. Answers allowed, remaining, retryAfterMs, resetMs.
 *
 * The list holds groups of takes "first:last:n", oldest first, and behind them how many are used in all: taking touches
 * only the two ends. Groups are joined as in adapters/in-process/ephemeral-store-window.ts. When the clock of Redis is set
 * back by more than the window, what was taken later than now would bind for as long as that: it is forgotten.
 */
const TAKE = `
local limit, windowMs, cost, instants = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function text(n) return string.format('%.0f', n) end
local function parts(group)
  local first, last, n = string.match(group, '^(%d+):(%d+):(%d+)$')
  return tonumber(first), tonumber(last), tonumber(n)
end

local used, groups, newestFirst, newestLast, newestN = tonumber(redis.call('LINDEX', KEYS[1], -1) or '0'), 0, nil, nil, nil
if used > 0 then
  newestFirst, newestLast, newestN = parts(redis.call('LINDEX', KEYS[1], -2))
  if newestLast > now + windowMs then
    redis.call('DEL', KEYS[1])
    used, newestLast = 0, nil
  end
end
if used > 0 then
  now = math.max(now, newestLast)
  while used > 0 do
    local _, last, n = parts(redis.call('LINDEX', KEYS[1], 0))
    if last > now - windowMs then break end
    redis.call('LPOP', KEYS[1])
    used = used - n
  end
  if used > 0 then
    redis.call('LSET', KEYS[1], -1, text(used))
    groups = redis.call('LLEN', KEYS[1]) - 1
  else
    redis.call('DEL', KEYS[1])
    newestLast = nil
  end
end

local missing = used + cost - limit
if missing > 0 then
  local freed, at, freeAt = 0, 0, now
  while freed < missing do
    local some = redis.call('LRANGE', KEYS[1], at, math.min(at + 31, groups - 1))
    if #some == 0 then break end
    for _, group in ipairs(some) do
      local _, last, n = parts(group)
      freed = freed + n
      if freed >= missing then freeAt = last break end
    end
    at = at + 32
  end
  return { 0, math.max(0, limit - used), freeAt + windowMs - now, newestLast and newestLast + windowMs - now or 0 }
end

if cost > 0 then
  local isShared = newestLast and (newestLast == now or (groups >= instants and now - newestFirst < windowMs / instants))
  if newestLast then redis.call('RPOP', KEYS[1]) end
  if isShared then
    redis.call('LSET', KEYS[1], -1, text(newestFirst) .. ':' .. text(now) .. ':' .. text(newestN + cost))
  else
    redis.call('RPUSH', KEYS[1], text(now) .. ':' .. text(now) .. ':' .. text(cost))
  end
  used, newestLast = used + cost, now
  redis.call('RPUSH', KEYS[1], text(used))
  redis.call('PEXPIRE', KEYS[1], windowMs + 1)
end
return { 1, math.max(0, limit - used), 0, newestLast and newestLast + windowMs - now or 0 }`;

/** As `defineCommand` takes them: sent by their hash, and whole when Redis does not know them. */
export const SCRIPTS = {
  ovationSetValue: { numberOfKeys: 1, lua: SET_VALUE },
  ovationAddToCounter: { numberOfKeys: 1, lua: ADD_TO_COUNTER },
  ovationAddScore: { numberOfKeys: 1, lua: ADD_SCORE },
  ovationTake: { numberOfKeys: 1, lua: TAKE },
} as const;

type Argument = string | number | Buffer;

/** What a client has once the scripts are defined. */
export interface ScriptCommands {
  ovationSetValue(key: string, value: string, ttlMs: number): Promise<number>;
  ovationAddToCounter(key: string, by: number, ttlMs: number): Promise<number>;
  ovationAddScore(key: string, member: Argument, score: string, ttlMs: number): Promise<number>;
  ovationTake(
    key: string,
    ...args: readonly [limit: number, windowMs: number, cost: number, instants: number]
  ): Promise<readonly [number, number, number, number]>;
}
