-- Cells of one shard and its version, in one step.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, n, names of the unique metrics wanted; for each window: V:W, START, n, members
-- Answers 0 where the head is another one, otherwise the sum of next, then for each member its cell ('' where
-- it has none) and its unique counts.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix = string.sub(KEYS[1], 1, -5)
local generation = string.match(ARGV[1], '^%d+')

local applied = 0
for _, position in ipairs(redis.call('HVALS', prefix .. 'pos')) do
    applied = applied + tonumber(string.match(position, '^%d+'))
end
local answer = {applied}

--@read

local metrics = tonumber(ARGV[2])
local function put(path, member, cell)
    answer[#answer + 1] = cell
    for i = 1, metrics do
        -- Without data there are no answers to tell apart, whatever the HyperLogLog holds.
        local key = prefix .. 'u:' .. path .. ':' .. ARGV[2 + i] .. ':' .. member
        answer[#answer + 1] = cell == '' and 0 or read('PFCOUNT', key)
    end
end

local floors = {}
local function floor_of(window)
    floors[window] = floors[window] or tonumber(redis.call('HGET', prefix .. 'floor', window) or 0)
    return floors[window]
end

local at = 3 + metrics
while at <= #ARGV do
    local window, start, n = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
    local path = generation .. ':' .. window .. ':' .. start
    local cells = {}
    if tonumber(start) >= floor_of(window) then
        cells = read('HMGET', prefix .. 'c:' .. path, unpack(ARGV, at + 3, at + 2 + n))
    end
    for i = 1, n do
        put(path, ARGV[at + 2 + i], cells[i] or '')
    end
    at = at + 3 + n
end
return answer
