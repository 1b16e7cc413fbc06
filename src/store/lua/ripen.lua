-- Cells of the future that the tip has reached: their members live.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, tip, at most how many
-- Answers 0 where the head is another one, otherwise a list: how many were looked at.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix = string.sub(KEYS[1], 1, -5)
local generation, window = string.match(ARGV[1], '^%d+'), ARGV[2]
local future = prefix .. 'future:' .. window
local floor = tonumber(redis.call('HGET', prefix .. 'floor', window) or 0)
local ripe = redis.call('ZRANGEBYSCORE', future, '-inf', ARGV[3], 'LIMIT', 0, ARGV[4])
--@read

for _, element in ipairs(ripe) do
    local start, member = string.match(element, '^(%d+):(.*)$')
    local cells = prefix .. 'c:' .. generation .. ':' .. window .. ':' .. start
    -- A cell that was emptied again makes nobody live; one that was removed meanwhile does, because who is
    -- shown must not depend on when windows are removed.
    if tonumber(start) < floor or read('HSTRLEN', cells, member) > 0 then
        redis.call('ZADD', prefix .. 'live:' .. window, 'GT', start, member)
    end
    redis.call('ZREM', future, element)
end
return {#ripe}
