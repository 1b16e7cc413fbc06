-- Members that live no more lose their `now` key: at the first visit they get a negative score, at the
-- second they are forgotten. One that has come to life since keeps its key: this is why the deletion stands
-- beside the look at the score.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, n * (member, score as it was seen, its `now` key)
-- Answers 0 where the head is another one, otherwise for each member 1 where its key went, else 0.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local live = string.sub(KEYS[1], 1, -5) .. 'live:' .. ARGV[2]
local deleted = {}
for i = 3, #ARGV, 3 do
    local member, seen = ARGV[i], tonumber(ARGV[i + 1])
    local score = redis.call('ZSCORE', live, member)
    local is_gone = 0
    if score and tonumber(score) == seen then
        redis.call('DEL', ARGV[i + 2])
        if seen < 0 then
            redis.call('ZREM', live, member)
        else
            redis.call('ZADD', live, string.format('%.0f', -1 - seen), member)
        end
        is_gone = 1
    end
    deleted[#deleted + 1] = is_gone
end
return deleted
