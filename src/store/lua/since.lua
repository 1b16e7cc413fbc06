-- What was added to the configuration after the prefix began, and from which offset of a partition on it counts.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST, TOPIC:PARTITION
-- Answers 0 where the head is another one, otherwise a list: EPOCH:PART:NAME, the most values of a dimension until
-- then, the offset, ... Nothing of what counts from the partition's first record on.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local since = string.sub(KEYS[1], 1, -5) .. 'since'
local added, answer = redis.call('HGETALL', since), {}
for i = 1, #added, 2 do
    local position = redis.call('HGET', since .. ':' .. string.match(added[i], '^%d+'), ARGV[2])
    if position then
        answer[#answer + 1], answer[#answer + 2] = added[i], added[i + 1]
        answer[#answer + 1] = string.match(position, '^%d+')
    end
end
return answer
