-- Where partitions begin: decided once, by whoever comes first.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST, n * (TOPIC:PARTITION, position)
-- Answers 0 where the head is another one, 1 otherwise.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local starts = string.sub(KEYS[1], 1, -5) .. 'starts'
for i = 2, #ARGV, 2 do
    redis.call('HSETNX', starts, ARGV[i], ARGV[i + 1])
end
return 1
