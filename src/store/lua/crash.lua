-- A record ended a process. Whether its shard had counted it decides what becomes of it.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST, TOPIC:PARTITION, offset
-- Answers 0 where the head is another one, otherwise a list: how often the record did so.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix = string.sub(KEYS[1], 1, -5)
local field = ARGV[2] .. ':' .. ARGV[3]
local position = redis.call('HGET', prefix .. 'pos', ARGV[2])
if position and tonumber(string.match(position, '^%d+')) > tonumber(ARGV[3]) then
    field = field .. ':counted'
end
redis.call('HINCRBY', prefix .. 'incidents', 'crashes', 1)
return {redis.call('HINCRBY', prefix .. 'crashes', field, 1)}
