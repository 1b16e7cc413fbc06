-- All cells of one window and the shard's version, in one step.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, START
-- Answers 0 where the head is another one, otherwise the sum of next and a list: member, cell, member ...
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
--@read

local prefix = string.sub(KEYS[1], 1, -5)
local generation, window, start = string.match(ARGV[1], '^%d+'), ARGV[2], ARGV[3]

local applied = 0
for _, position in ipairs(redis.call('HVALS', prefix .. 'pos')) do
    applied = applied + tonumber(string.match(position, '^%d+'))
end
if tonumber(start) < tonumber(redis.call('HGET', prefix .. 'floor', window) or 0) then
    return {applied, {}}
end
return {applied, read('HGETALL', prefix .. 'c:' .. generation .. ':' .. window .. ':' .. start)}
