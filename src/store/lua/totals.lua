-- A shard's totals, positions and incidents, in one step.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST
-- Answers 0 where the head is another one, otherwise three lists of names and values.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix = string.sub(KEYS[1], 1, -5)
return {redis.call('HGETALL', prefix .. 'totals'), redis.call('HGETALL', prefix .. 'pos'),
        redis.call('HGETALL', prefix .. 'incidents')}
