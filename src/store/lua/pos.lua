-- Positions of partitions in one shard. One that is missing begins at its start, never at the
-- position of another shard.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, n * (TOPIC:PARTITION, its start or '')
-- Answers 0 where the head is another one, otherwise the positions, '' where there is none.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local pos = string.sub(KEYS[1], 1, -5) .. 'pos'
local positions = {}
for i = 2, #ARGV, 2 do
    local position = redis.call('HGET', pos, ARGV[i])
    if not position then
        position = ARGV[i + 1]
        if position ~= '' then
            redis.call('HSET', pos, ARGV[i], position)
        end
    end
    positions[#positions + 1] = position
end
return positions
