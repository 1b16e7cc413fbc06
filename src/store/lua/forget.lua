-- Ends the removal of a window: its cells go, and it is listed no more.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, START
-- Answers 0 where the head is another one, 1 otherwise.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix = string.sub(KEYS[1], 1, -5)
local generation, window, start = string.match(ARGV[1], '^%d+'), ARGV[2], ARGV[3]
redis.call('UNLINK', prefix .. 'c:' .. generation .. ':' .. window .. ':' .. start)
redis.call('ZREM', prefix .. 'windows:' .. window, start)
return 1
