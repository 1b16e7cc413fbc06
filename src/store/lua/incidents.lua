-- Counts what happened to processes, and shows it at once: whoever counts may be about to end.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST ('': whoever's it is, if it is not being reset), the hash `trust`, name, number to be
--       added, name ...
-- Answers 0 where the head is another one, 1 otherwise.
local head = redis.call('GET', KEYS[1])
if not head or string.find(head, ':$') or (ARGV[1] ~= '' and head ~= ARGV[1]) then
    return 0
end
local counters, trust = string.sub(KEYS[1], 1, -5) .. 'incidents', ARGV[2]
local is_shown = redis.call('HEXISTS', trust, '_v') == 1
for i = 3, #ARGV, 2 do
    local sum = redis.call('HINCRBY', counters, ARGV[i], ARGV[i + 1])
    if is_shown and redis.call('HEXISTS', trust, ARGV[i]) == 1 then
        redis.call('HSET', trust, ARGV[i], string.format('%.0f', sum))
    end
end
return 1
