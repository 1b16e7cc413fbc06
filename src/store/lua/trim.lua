-- Members of a window below the floor: their series lose all that stands below, their HyperLogLogs go.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, START, the floor, n, names of the unique metrics,
--       for each member: itself, its series, the stream under which that may be rewritten
-- Answers 0 where the head is another one, 1 otherwise.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local generation, floor, metrics = string.match(ARGV[1], '^%d+'), ARGV[4], tonumber(ARGV[5])
local uniques = string.sub(KEYS[1], 1, -5) .. 'u:' .. generation .. ':' .. ARGV[2] .. ':' .. ARGV[3]

local function trim(stream)
    if call('XTRIM', stream, 'MINID', floor .. '-0') == 0 then
        return
    elseif call('XLEN', stream) == 0 then
        call('DEL', stream)
        return
    end
    -- A rewrite on its way has kept what goes here: its mark goes as well.
    local info, has = call('XINFO', 'STREAM', stream), {}
    for i = 1, #info, 2 do
        has[info[i]] = info[i + 1]
    end
    local stands = string.match(has['max-deleted-entry-id'], '^%d+')
    call('XSETID', stream, has['last-generated-id'], 'MAXDELETEDID', stands .. '-0')
end

for at = 6 + metrics, #ARGV, 3 do
    trim(ARGV[at + 1])
    call('DEL', ARGV[at + 2])
    for i = 1, metrics do
        call('UNLINK', uniques .. ':' .. ARGV[5 + i] .. ':' .. ARGV[at])
    end
end
return 1
