-- Puts entries into a series unless a newer state stands there: appends them, or rewrites the tail that
-- begins with the first of them, because ids only grow. The stream's own metadata is its version:
-- max-deleted-entry-id = G-0, entries-added = the sum of next.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, the stream, the stream under which it may be rewritten (rewrite.lua), G,
--       the sum of next, longest tail to rewrite here,
--       n, n names; for each entry (ascending): START, 1 and n values, or 0: the entry goes
-- Answers 0 where the head is another one, 1 where it was done, 2 where a newer state stands, 3 where the
-- tail is too long.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local stream, rewritten = ARGV[3], ARGV[4]
local generation, applied, longest = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local mark = ARGV[5] .. '-0'
local floor = tonumber(call('HGET', string.sub(KEYS[1], 1, -5) .. 'floor', ARGV[2]) or 0)

local function start_of(id)
    return tonumber(string.match(id, '^%d+'))
end

local function sum_of_next()
    local sum = 0
    for _, position in ipairs(call('HVALS', string.sub(KEYS[1], 1, -5) .. 'pos')) do
        sum = sum + tonumber(string.match(position, '^%d+'))
    end
    return sum
end

---- what stands there ----

local last = -1 -- start of the last entry
local is_foreign = false
if call('EXISTS', stream) == 1 then
    local info, has = redis.pcall('XINFO', 'STREAM', stream), {}
    if info.err then
        error({err = info.err .. ': ' .. stream}) -- Redis does not say which key it is
    end
    for i = 1, #info, 2 do
        has[info[i]] = info[i + 1]
    end
    local stands = start_of(has['max-deleted-entry-id'])
    if stands > generation or (stands == generation and has['entries-added'] > applied) then
        return 2
    end
    is_foreign = stands < generation
    last = is_foreign and -1 or start_of(has['last-generated-id'])
elseif sum_of_next() > applied then
    -- A newer state may have emptied it, and its version went with it.
    return 2
end

local columns = tonumber(ARGV[8])
local at = 9 + columns -- the next argument
local tail = {}
if tonumber(ARGV[at]) <= last then
    if longest > 0 then
        tail = call('XRANGE', stream, ARGV[at] .. '-0', '+', 'COUNT', longest + 1)
    end
    if longest == 0 or #tail > longest then
        return 3
    end
end

---- the new tail ----

-- What is put stays where it stands: its values are ARGV[values + 1 ..]; what is kept has its texts.
local merged, behind = {}, 1
while at <= #ARGV do
    local start, stays = tonumber(ARGV[at]), ARGV[at + 1] == '1'
    while tail[behind] and start_of(tail[behind][1]) < start do
        merged[#merged + 1] = {id = tail[behind][1], texts = tail[behind][2]}
        behind = behind + 1
    end
    if tail[behind] and start_of(tail[behind][1]) == start then
        behind = behind + 1
    end
    -- What was removed meanwhile does not come back.
    if stays and start >= floor then
        merged[#merged + 1] = {id = ARGV[at] .. '-0', values = at + 1}
    end
    at = at + 2 + (stays and columns or 0)
end
for i = behind, #tail do
    merged[#merged + 1] = {id = tail[i][1], texts = tail[i][2]}
end

---- writing ----

local gone = {}
for i, entry in ipairs(tail) do
    gone[i] = entry[1]
end
if is_foreign then
    call('DEL', stream)
elseif #gone > 0 then
    call('XDEL', stream, unpack(gone))
end
call('DEL', rewritten)

local length = call('XLEN', stream)
local newest = call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
local last_id = newest and newest[1]
if not last_id then
    call('DEL', stream)
elseif #gone > 0 then
    call('XSETID', stream, last_id, 'MAXDELETEDID', mark)
end
local row = {}
for i = 1, columns do
    row[2 * i - 1] = ARGV[8 + i]
end
for _, entry in ipairs(merged) do
    last_id = entry.id
    if entry.values then
        for i = 1, columns do
            row[2 * i] = ARGV[entry.values + i]
        end
    end
    call('XADD', stream, last_id, unpack(entry.texts or row))
end
if last_id then
    -- Redis refuses fewer entries added than there are.
    local added = string.format('%.0f', math.max(applied, length + #merged))
    call('XSETID', stream, last_id, 'ENTRIESADDED', added, 'MAXDELETEDID', mark)
end
return 1
