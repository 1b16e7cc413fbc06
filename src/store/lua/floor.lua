-- Raises the floor of a view's window; it never falls.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, START of the first window that stays, at most how many
-- Answers 0 where the head is another one, otherwise a list: the floor as it stands, which may be higher (a
-- removal that was cut short is finished by any later one), and the oldest windows below that still have
-- cells.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix, window, start = string.sub(KEYS[1], 1, -5), ARGV[2], ARGV[3]
local floor = redis.call('HGET', prefix .. 'floor', window) or '0'
if tonumber(floor) < tonumber(start) then
    floor = start
    redis.call('HSET', prefix .. 'floor', window, floor)
end
local left = redis.call('ZRANGEBYSCORE', prefix .. 'windows:' .. window, '-inf', '(' .. floor,
    'LIMIT', 0, ARGV[4])
table.insert(left, 1, floor)
return left
