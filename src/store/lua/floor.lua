-- Raises the floor of a view's window; it never falls.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, START of the first window that stays, at most how many
-- Answers 0 where the head is another one, otherwise a list: the oldest windows below that still have cells.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix, window, start = string.sub(KEYS[1], 1, -5), ARGV[2], ARGV[3]
if tonumber(redis.call('HGET', prefix .. 'floor', window) or 0) < tonumber(start) then
    redis.call('HSET', prefix .. 'floor', window, start)
end
return redis.call('ZRANGEBYSCORE', prefix .. 'windows:' .. window, '-inf', '(' .. start,
    'LIMIT', 0, ARGV[4])
