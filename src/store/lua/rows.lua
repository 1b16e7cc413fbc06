-- Replaces a table as a whole unless a newer one stands there. Its own metadata is its version:
-- max-deleted-entry-id = G-0, last-generated-id = START-n, entries-added = the sum of next.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST, the stream, G, START, the sum of next, n, n names of columns, values row by row
-- Answers 0 where the head is another one, 1 where it was replaced, 2 where a newer one stands.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local stream, generation, start = ARGV[2], ARGV[3], ARGV[4]
local applied, columns = tonumber(ARGV[5]), tonumber(ARGV[6])

local function is_newer()
    local info, has = redis.pcall('XINFO', 'STREAM', stream), {}
    if info.err then
        error({err = info.err .. ': ' .. stream}) -- Redis does not say which key it is
    end
    for i = 1, #info, 2 do
        has[info[i]] = info[i + 1]
    end
    local stands = tonumber(string.match(has['max-deleted-entry-id'], '^%d+'))
    local begins = tonumber(string.match(has['last-generated-id'], '^%d+'))
    if stands ~= tonumber(generation) then
        return stands > tonumber(generation)
    elseif begins ~= tonumber(start) then
        return begins > tonumber(start)
    end
    return has['entries-added'] > applied
end

if redis.call('EXISTS', stream) == 1 then
    if is_newer() then
        return 2
    end
    redis.call('DEL', stream)
end

local rank, at, entry = 0, 7 + columns, {}
while at <= #ARGV do
    for column = 1, columns do
        entry[2 * column - 1], entry[2 * column] = ARGV[6 + column], ARGV[at + column - 1]
    end
    rank = rank + 1
    redis.call('XADD', stream, start .. '-' .. rank, unpack(entry))
    at = at + columns
end
if rank > 0 then
    -- Redis refuses fewer entries added than there are.
    local added = string.format('%.0f', math.max(applied, rank))
    redis.call('XSETID', stream, start .. '-' .. rank, 'ENTRIESADDED', added,
        'MAXDELETEDID', generation .. '-0')
end
return 1
