-- Replaces a hash unless a newer state stands there.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST, the hash, its version (numbers joined by ':', the weightiest first), name, value,
--       name ...
-- Answers 0 where the head is another one, 1 where it was replaced, 2 where a newer state stands.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
--@read

local hash = ARGV[2]
local stands = read('HGET', hash, '_v')
if stands then
    local mine = string.gmatch(ARGV[3], '%d+')
    for theirs in string.gmatch(stands, '%d+') do
        local difference = tonumber(mine() or 0) - tonumber(theirs)
        if difference < 0 then
            return 2
        elseif difference > 0 then
            break
        end
    end
end
-- Deleted first: a small hash keeps its fields in the order in which they were set.
redis.call('DEL', hash)
redis.call('HSET', hash, unpack(ARGV, 4))
return 1
