-- Every value of a dimension has its sets of values beside it, with _all in them at least.
--
-- KEYS  P:values:DIMENSION
-- ARGV  what the names of their sets begin with
-- Answers 1.
for _, value in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    for _, family in ipairs(ARGV) do
        if redis.call('EXISTS', family .. value) == 0 then
            redis.call('SADD', family .. value, '_all')
        end
    end
end
return 1
