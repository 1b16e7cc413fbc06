-- Appends a minute's entry to a stream, unless it has one or shows a newer state. Its version is its
-- max-deleted-entry-id = G-APPLIED, APPLIED being the sum of next.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST, the stream, the minute's start, G, the sum of next, most entries, name, value, name ...
-- Answers 0 where the head is another one, 1 where the minute has its entry, 2 where a newer state stands.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local stream, id, generation, applied = ARGV[2], ARGV[3] .. '-0', ARGV[4], ARGV[5]
--@read
--@mark

local newest = read('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
if newest then
    if tonumber(string.match(newest[1], '^%d+')) >= tonumber(ARGV[3]) then
        return 1
    end
    local stands, by = string.match(mark_of(stream), '^(%d+)-(%d+)$')
    if stands == generation and tonumber(by) > tonumber(applied) then
        return 2
    end
end
call('XADD', stream, 'MAXLEN', ARGV[6], id, unpack(ARGV, 7))
call('XSETID', stream, id, 'MAXDELETEDID', generation .. '-' .. applied)
return 1
