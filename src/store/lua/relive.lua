-- A member's newest window with data, looked up anew.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, member, starts (descending)
-- Answers 0 where the head is another one, 1 otherwise.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix = string.sub(KEYS[1], 1, -5)
local generation, window, member = string.match(ARGV[1], '^%d+'), ARGV[2], ARGV[3]
--@read

local live = prefix .. 'live:' .. window
local score = tonumber(redis.call('ZSCORE', live, member) or -1)
-- Newer than the caller knows, older than where it looked, or dead: nothing to correct.
if score > tonumber(ARGV[4]) or score < tonumber(ARGV[#ARGV]) then
    return 1
end
local floor = tonumber(redis.call('HGET', prefix .. 'floor', window) or 0)
local newest = 0 -- below every window: the next look for dead members finds it
for i = 4, #ARGV do
    local cells = prefix .. 'c:' .. generation .. ':' .. window .. ':' .. ARGV[i]
    if tonumber(ARGV[i]) >= floor and read('HSTRLEN', cells, member) > 0 then
        newest = ARGV[i]
        break
    end
end
redis.call('ZADD', live, newest, member)
return 1
