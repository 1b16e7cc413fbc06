-- Removes a window below the floor, a large one page by page: for each member, its series loses all that
-- stands below and its HyperLogLogs go; behind the last one the cells go, and the window is listed no more.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, START, the floor, what names of series begin with, what ends the name of the
--       stream under which one may be rewritten, members of a page, cursor (0: begins), n, names of the
--       unique metrics
-- Answers 0 where the head is another one, 1 where the window is gone, otherwise the cursor of the next page.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix, window, start, floor = string.sub(KEYS[1], 1, -5), ARGV[2], ARGV[3], ARGV[4] .. '-0'
local name = string.match(ARGV[1], '^%d+') .. ':' .. window .. ':' .. start
local cells, uniques = prefix .. 'c:' .. name, prefix .. 'u:' .. name .. ':'

--@read

-- Entries below the floor, not by XTRIM: in a stream whose tail was rewritten that stops at entries that are
-- deleted already (7.0.15).
local function entries_below(stream)
    local ids = {}
    for i, entry in ipairs(read('XRANGE', stream, '-', '(' .. floor, 'COUNT', 100)) do
        ids[i] = entry[1]
    end
    return ids
end

local function trim(stream)
    local ids = entries_below(stream)
    if #ids == 0 then
        return
    end
    local info, has = call('XINFO', 'STREAM', stream), {}
    for i = 1, #info, 2 do
        has[info[i]] = info[i + 1]
    end
    while #ids > 0 do
        call('XDEL', stream, unpack(ids))
        ids = entries_below(stream)
    end
    if call('XLEN', stream) == 0 then
        call('DEL', stream)
        return
    end
    -- A rewrite on its way has kept what goes here: its mark goes as well.
    local stands = string.match(has['max-deleted-entry-id'], '^%d+')
    call('XSETID', stream, has['last-generated-id'], 'MAXDELETEDID', stands .. '-0')
end

local function clear(member)
    local stream = ARGV[5] .. member
    local gone = {stream .. ARGV[6]}
    for i = 10, #ARGV do
        gone[#gone + 1] = uniques .. ARGV[i] .. ':' .. member
    end
    trim(stream)
    call('UNLINK', unpack(gone))
end

-- HSCAN reads the values as well, and gives all at once but of a hash table. Nothing changes below the
-- floor, so members keep their order.
local page, cursor, next = tonumber(ARGV[7]), ARGV[8], '0'
local n = read('HLEN', cells)
if n <= page or call('OBJECT', 'ENCODING', cells) ~= 'hashtable' then
    local members, last = call('HKEYS', cells), math.min(cursor + page, n)
    for i = cursor + 1, last do
        clear(members[i])
    end
    next = last < n and tostring(last) or '0'
else
    local found = call('HSCAN', cells, cursor, 'COUNT', page)
    next = found[1]
    for i = 1, #found[2], 2 do
        clear(found[2][i])
    end
end
if next ~= '0' then
    return next
end
call('UNLINK', cells)
call('ZREM', prefix .. 'windows:' .. window, start)
return 1
