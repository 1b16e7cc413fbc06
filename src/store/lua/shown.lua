-- Takes cells off the list of changed ones, as far as they have not changed since.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, the sum of next that was shown, elements of the list
-- Answers 0 where the head is another one, 1 otherwise.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local dirty = string.sub(KEYS[1], 1, -5) .. 'dirty'
local applied = tonumber(ARGV[2])
local shown = {}
for i, score in ipairs(redis.call('ZMSCORE', dirty, unpack(ARGV, 3))) do
    if score and tonumber(score) <= applied then
        shown[#shown + 1] = ARGV[2 + i]
    end
end
if #shown > 0 then
    redis.call('ZREM', dirty, unpack(shown))
end
return 1
